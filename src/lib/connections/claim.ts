import { isDue, plusMs } from "../clock.ts";
import type { ReviewRequest, ReviewServices } from "./review.ts";
import type { ConnectionRecord } from "./record.ts";

/** Longer than the longest step: an ARM call is given up after 10 s, and a review makes about a dozen. */
export const leaseMs = 150_000;

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
  const claimed = { reviewedAt: now.toISOString(), lease: { owner: newId(), until: plusMs(now, leaseMs) } };
  if (found !== undefined) return ledger.save({ ...found, ...claimed });
  return ledger.add({ id, phase: "Seen", firstSeenAt: now.toISOString(), attempts: 0, ...claimed });
}
