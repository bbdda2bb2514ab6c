import { isDue, plusMs } from "../../clock.ts";
import { scheduleRetry, outcomeOf } from "./schedule-retry.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { finished } from "../record/released.ts";
import type { ReviewServices } from "./review-services.ts";

/** A 404 is believed when a second one confirms it this much later. */
const confirmMs = 60_000;

/** Azure says that there is no such connection: looked at again before it counts as gone. */
export async function confirmDeleted(
  services: ReviewServices,
  record: ConnectionRecord,
): Promise<ConnectionRecord> {
  const now = services.clock.now();
  if (record.phase === "Gone") return services.ledger.save(finished(record));
  if (record.missingSince === undefined)
    return scheduleRetry(
      services,
      { ...record, missingSince: now.toISOString() },
      "it was not found, and is looked at again",
    );
  if (!isDue(plusMs(new Date(record.missingSince), confirmMs), now))
    return scheduleRetry(services, record, "it was not found, and is looked at again");
  const { state: _, ...rest } = finished(record);
  const gone: ConnectionRecord = { ...rest, phase: "Gone", reason: "it is not there any more" };
  return services.ledger.append(record, outcomeOf(gone, "it is not there any more"), () => ({
    record: gone,
    alerts: [],
  }));
}
