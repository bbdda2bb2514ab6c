import { isWaitingApproval } from "../../src/lib/connections/record/waiting-approval.ts";
import { access, health, type Access, type Connection, type Health } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { serviceOf } from "../format.ts";
import { Foreign } from "../parts/text.tsx";

export type Choice = "approve" | "reject";

/**
 * Which decisions of a caller the app would follow, and why not the others. The mode refuses as `personRefusal` of the
 * app does: it applies no decision of a person that it would not apply of the policy.
 */
export interface MayDecide {
  readonly caller: string;
  readonly choices: readonly Choice[];
  /** Why a choice is missing. */
  readonly why?: string;
}

/** Whether a person may decide on it: it is held, or a person's approval of it is not sent to Azure yet. */
export function mayBeDecided(connection: Connection): boolean {
  return connection.phase === "Held" || isWaitingApproval(connection);
}

/** Undefined until both the caller and the mode are known: no button is shown that may be refused. */
export function useMayDecide(): MayDecide | undefined {
  const { value: caller } = useFeed(access);
  const { value: app } = useFeed(health);
  return caller === undefined || app === undefined ? undefined : mayDecide(caller, app);
}

function mayDecide({ caller, decideRefused }: Access, { mode }: Health): MayDecide {
  const by = caller ?? "";
  if (mode !== "approve-only" && mode !== "enforce")
    return { caller: by, choices: [], why: `the mode of the app is ${mode}, which applies no decision` };
  if (decideRefused !== null) return { caller: by, choices: [], why: decideRefused };
  if (mode === "approve-only")
    return {
      caller: by,
      choices: ["approve"],
      why: "the mode of the app is approve-only, which applies no rejection",
    };
  return { caller: by, choices: ["approve", "reject"] };
}

/** What a person can do about a held connection whom the app does not let decide here. */
export function DecideElsewhere({ connection }: { readonly connection: string }) {
  const may = useMayDecide();
  if (may?.why === undefined) return null;
  const missing = (["approve", "reject"] as const).filter((each) => !may.choices.includes(each));
  return (
    <details class="elsewhere">
      <summary>How to {missing.join(" or ")} it</summary>
      <p>
        Not here: <Foreign text={may.why} />.
      </p>
      <p>
        In the Azure portal: the service <Foreign text={serviceOf(connection).split("/").at(-1) ?? ""} />,
        Network, Inbound private endpoint connections. Or with the Azure CLI, by who may write to the service:
      </p>
      {missing.map((choice) => (
        <p key={choice}>
          <code class="arm-id">
            az network private-endpoint-connection {choice} --description "…" --id{" "}
            <Foreign text={shellWord(connection)} />
          </code>
        </p>
      ))}
    </details>
  );
}

/** One word of a shell, whatever the requester named the connection. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
