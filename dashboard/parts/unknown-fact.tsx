import { howToGrant } from "../../src/lib/how-to-grant.ts";
import { isUnknownReason, unknownReasonTexts } from "../../src/lib/policy/values/unknown-reason.ts";
import type { Entry } from "../api/data.ts";
import { Badge } from "./badge.tsx";
import { Foreign } from "./text.tsx";

type Unknown = NonNullable<Entry["verdict"]>["unknown"][number];
type Right = NonNullable<Unknown["right"]>;

/** Why a fact could not be read, and the role that lets the app read it, in the words of the health and of doctor. */
export function UnknownFact({ of: { reason, because, right } }: { readonly of: Omit<Unknown, "field"> }) {
  return (
    <span class="stack">
      <span>
        <Badge tone="warn" text={`unknown: ${reason}`} /> <Foreign text={because ?? textOf(reason)} />
      </span>
      {right === undefined ? null : (
        <strong>
          <Foreign text={howToGrant(right.role, scopeOf(right))} />
        </strong>
      )}
    </span>
  );
}

function textOf(reason: string): string {
  return isUnknownReason(reason) ? unknownReasonTexts[reason] : reason;
}

function scopeOf({ whose, subscription }: Right): string {
  if (whose === "approved endpoints") return "the subscriptions of all approved endpoints";
  return subscription === undefined ? `the ${whose}'s subscription` : `/subscriptions/${subscription}`;
}
