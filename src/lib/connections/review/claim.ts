import { isDue, plusMs, type Clock } from "../../clock.ts";
import type { ReviewRequest, ReviewServices } from "./review-services.ts";
import type { ConnectionRecord } from "../record/record.ts";

/**
 * Longer than the longest stretch between two writes of a review, each of which renews the lease: it takes seven calls
 * in a row at most (the connection, its operation, the connection again, the service or endpoint, the subscriptions or
 * network, the subscriptions anew, the service's connections), and each is given up after 10 s.
 */
const leaseMs = 90_000;

/**
 * The record with our lease on it, or undefined while another attempt holds one.
 * @throws {RecordChanged} where another attempt was quicker
 */
export async function claim(
  { ledger, clock, newId }: ReviewServices,
  { id }: ReviewRequest,
  found: ConnectionRecord | undefined,
): Promise<ConnectionRecord | undefined> {
  const now = clock.now();
  if (found?.lease !== undefined && !isDue(found.lease.until, now)) return undefined;
  const claimed = { reviewedAt: now.toISOString(), lease: leaseOf(newId(), clock) };
  if (found !== undefined) return ledger.save({ ...found, ...claimed });
  return ledger.add({ id, phase: "Seen", firstSeenAt: now.toISOString(), attempts: 0, ...claimed });
}

function leaseOf(owner: string, clock: Clock) {
  return { owner, until: plusMs(clock.now(), leaseMs) };
}

/** The record with more time on our lease; saving it proves that nobody has claimed it since. */
export function renewed(record: ConnectionRecord, clock: Clock): ConnectionRecord {
  return record.lease === undefined ? record : { ...record, lease: leaseOf(record.lease.owner, clock) };
}
