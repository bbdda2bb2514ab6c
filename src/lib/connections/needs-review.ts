import { isDue } from "../clock.ts";
import type { Connection } from "./azure.ts";
import type { ConnectionRecord } from "./record.ts";

/**
 * Whether a listed connection needs a review, going by its record. `eager` looks at everything that is Pending,
 * as after an event; a sweep waits for what is held or put off until its time, or until the policy changes.
 */
export function needsReview(
  { state }: Pick<Connection, "state">,
  record: ConnectionRecord | undefined,
  {
    now,
    decider,
    eager,
  }: { readonly now: Date; readonly decider: string | undefined; readonly eager: boolean },
): boolean {
  if (state !== "Pending") return record === undefined || record.state !== state || isUnfinished(record);
  if (record === undefined || eager) return true;
  if (record.state !== "Pending") return true;
  return (
    isDue(record.nextAt, now) ||
    (record.phase === "Held" && decider !== undefined && record.policyHash !== decider)
  );
}

export function isUnfinished({ phase }: ConnectionRecord): boolean {
  return phase === "Seen" || phase === "Decided" || phase === "Applying";
}
