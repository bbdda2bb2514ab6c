import { useEffect, useId, useRef, useState } from "preact/hooks";
import { get, RequestFailed, setKey } from "./api/client.ts";
import { estate, type Access } from "./api/data.ts";
import { keepPlace } from "./kept-place.ts";

interface SignInProps {
  /** Where App Service signs a person in with Entra ID; undefined where that is not switched on. */
  readonly signInUrl: string | undefined;
  readonly wasRefused: boolean;
  readonly onSignedIn: () => void;
}

/** Asks for the function key, and where Entra ID is on, for a person's own sign-in too. */
export function SignIn({ signInUrl, wasRefused, onSignedIn }: SignInProps) {
  const [given, setGiven] = useState("");
  const [why, setWhy] = useState(wasRefused ? "The app no longer accepts the key or the sign-in." : "");
  const [isAsking, setAsking] = useState(false);
  const field = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const tryKey = () => {
    setAsking(true);
    setWhy("");
    askWith(given)
      .then(onSignedIn)
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed)) throw error;
        setKey("");
        setWhy(whyNot(error, signInUrl));
      })
      .finally(() => setAsking(false));
  };
  return (
    <main class="sign-in">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          tryKey();
        }}
      >
        <h1>Drawbridge</h1>
        <p class="muted">Who may connect privately to API Management, and why.</p>
        {signInUrl === undefined ? null : <EntraSignIn url={signInUrl} />}
        <label for={field}>Function key</label>
        <input
          id={field}
          ref={input}
          type="password"
          autoComplete="off"
          spellcheck={false}
          required
          value={given}
          onInput={(event) => setGiven(event.currentTarget.value)}
        />
        <p class="muted">
          The page keeps it in memory only, until it is closed or reloaded. A link to this page never holds
          it.
        </p>
        {why === "" ? null : (
          <p class="notice bad" role="alert">
            {why}
          </p>
        )}
        <button type="submit" class="primary" disabled={isAsking || given === ""}>
          {isAsking ? "Asking the app …" : "Open"}
        </button>
      </form>
    </main>
  );
}

function askWith(key: string): Promise<Access> {
  setKey(key);
  // Every view shows a part of it, so that it need not wait for the answer about the key; nor is it that about the key
  // before.
  estate.expire();
  void estate.refresh();
  return get<Access>("access");
}

/** The host's own words name a header, for those who write scripts. Without Entra ID, only the key can be wrong. */
function whyNot({ kind, message }: RequestFailed, signInUrl: string | undefined): string {
  if (kind !== "unauthorised") return message;
  return signInUrl === undefined
    ? "The app does not accept this key."
    : "The app does not accept this key, or not the sign-in. Check the key; if it is right, sign in again.";
}

function EntraSignIn({ url }: { readonly url: string }) {
  return (
    <p>
      This app may need a person's sign-in besides its key:{" "}
      <a href={url} onClick={keepPlace}>
        sign in with Microsoft Entra ID
      </a>
      , then enter the key.
    </p>
  );
}
