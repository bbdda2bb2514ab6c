import { hasElapsed, minuteMs } from "../../clock.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { finished, missing } from "../record/changes.ts";
import { gone } from "../record/transitions.ts";
import type { ReviewServices } from "./ports.ts";
import { scheduleRetry } from "./schedule-retry.ts";

/** A 404 is believed when a second one confirms it this much later. */
const confirmMs = minuteMs;

/** Azure says that there is no such connection: it counts as gone after a second 404. */
export async function confirmDeleted(
  services: ReviewServices,
  record: ConnectionRecord,
): Promise<ConnectionRecord> {
  const { clock, ledger } = services;
  const now = clock.now();
  if (record.phase === "Gone") return ledger.save(finished(record));
  const { missingSince } = record;
  if (missingSince === undefined || !hasElapsed(confirmMs, missingSince, now)) {
    const next = missingSince === undefined ? missing(record, now) : record;
    return scheduleRetry(services, next, "it was not found, and is read again to be sure");
  }
  const reason = "it is not there any more";
  const next = gone(record, reason);
  return ledger.append(record, outcomeOf(next, reason), () => ({ record: next, alerts: [] }));
}
