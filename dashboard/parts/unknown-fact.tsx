import { isUnknownReason, unknownReasonTexts } from "../../src/lib/policy/values/fact.ts";
import type { Entry } from "../api/data.ts";
import { Badge } from "./badge.tsx";
import { Foreign } from "./text.tsx";

/** Why a fact could not be read, and the role that lets the app read it, in the words of the health and of doctor. */
export function UnknownFact({
  field,
  reason,
  of,
}: {
  readonly field: string;
  readonly reason: string;
  readonly of: Entry;
}) {
  const grant = howToGrant(field, reason, of);
  return (
    <span class="stack">
      <span>
        <Badge tone="warn" text={`unknown: ${reason}`} /> <Foreign text={whyOf(field, reason, of)} />
      </span>
      {grant === undefined ? null : (
        <strong>
          <Foreign text={grant} />
        </strong>
      )}
    </span>
  );
}

/** A reason of the verdict says more where a function fails: "<field> is unknown (<code>: <why>)". */
function whyOf(field: string, reason: string, { verdict }: Entry): string {
  const start = `${field} is unknown (${reason}: `;
  const said = verdict?.reasons.find((each) => each.includes(start)) ?? "";
  const [own = ""] = said.slice(said.indexOf(start) + start.length).split(")");
  if (said !== "" && reason === "function-failed") return own;
  return isUnknownReason(reason) ? unknownReasonTexts[reason] : reason;
}

/** Resource Graph leaves out what the app may not read, so that a requester's subscription is then not found. */
function howToGrant(field: string, reason: string, of: Entry): string | undefined {
  const [group = ""] = field.split(".");
  const isHidden = reason === "not-found" && group === "requester";
  if (reason !== "forbidden" && reason !== "not-visible" && !isHidden) return undefined;
  if (group === "service" || group === "connection") {
    const own = of.connection?.split("/")[2] ?? "";
    return `Assign Drawbridge Approver at /subscriptions/${own}: add the subscription to approverScopes and deploy infra/estate/main.bicep.`;
  }
  const where =
    group === "counts"
      ? "the subscriptions of all approved endpoints"
      : `/subscriptions/${requesterOf(of) ?? "<the requester's>"}`;
  return `Assign Drawbridge Reader at a management group above ${where}: deploy infra/estate/main.bicep there.`;
}

function requesterOf({ facts }: Entry): string | undefined {
  const id = facts?.known["endpoint.subscriptionId"];
  return typeof id === "string" ? id : undefined;
}
