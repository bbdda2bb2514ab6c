import { useState } from "preact/hooks";
import { readAnew } from "../api/data.ts";
import { RequestFailed } from "../api/client.ts";

/** A request that changes something, from its start to its answer. */
export type Progress<T> =
  | { readonly kind: "idle" }
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly answer: T }
  | { readonly kind: "failed"; readonly why: string };

interface Kind {
  /** It changes nothing, so that a request without an answer needs no second look. */
  readonly isDry?: boolean;
}

/** Runs one request at a time; after a change, everything on the page is read again. */
export function useAction<T>({ isDry = false }: Kind = {}): readonly [
  Progress<T>,
  (request: () => Promise<T>) => void,
] {
  const [progress, setProgress] = useState<Progress<T>>({ kind: "idle" });
  const run = (request: () => Promise<T>) => {
    setProgress({ kind: "running" });
    request()
      .then((answer) => setProgress({ kind: "done", answer }))
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed)) throw error;
        const unclear =
          error.kind === "network" && !isDry
            ? " It may have been done; the page shows what is recorded."
            : "";
        setProgress({ kind: "failed", why: `${error.message}${unclear}` });
      })
      .finally(() => {
        if (!isDry) readAnew();
      });
  };
  return [progress, run];
}
