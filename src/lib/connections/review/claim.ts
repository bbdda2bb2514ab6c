import type { ConnectionId } from "../../azure/resource-id.ts";
import { isDue, plusMs, type Clock } from "../../clock.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { claimed, leaseRenewed, type Lease } from "../record/changes.ts";
import { firstSeen } from "../record/transitions.ts";
import { adopt } from "./adopt.ts";
import type { Admitted } from "./admit.ts";
import type { ReviewRequest, ReviewServices } from "./ports.ts";

/**
 * Longer than the longest stretch between two writes of a review, each of which renews the lease: at most seven calls
 * in a row (the connection, its operation, the connection again, the service or endpoint, the subscriptions or network,
 * the subscriptions again, the service's connections), each given up after 10 s.
 */
const leaseMs = 90_000;

/** A record with our lease on it, or why there is none. */
export type Claimed =
  | { readonly kind: "claimed"; readonly record: ConnectionRecord; readonly request: ReviewRequest }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Claims the connection's record: takes a lease on it, after everything that its service had before us is adopted.
 * @throws {RecordChanged} where another attempt claimed it first
 */
export async function claim(
  services: ReviewServices,
  request: ReviewRequest,
  { record, read }: Admitted,
): Promise<Claimed> {
  const service =
    record === undefined
      ? await ensureServiceAdopted(services, request.id)
      : { isAdopted: true, isFirstSight: false };
  // Nothing may be said of a connection in a final state before its service was read. The review stays open for the
  // next sweep.
  if (!service.isAdopted && read?.kind === "known" && read.value.state !== "Pending")
    return { kind: "refused", reason: "its service, which was never read before, could not be read" };
  const leased = await acquireLease(
    services,
    request.id,
    record ?? (await foundSince(services, request.id, service)),
  );
  if (leased === undefined) return { kind: "refused", reason: "another review of it is at work" };
  const firstSight = service.isFirstSight || request.firstSight === true;
  return { kind: "claimed", record: leased, request: { ...request, firstSight } };
}

interface FirstSight {
  readonly isAdopted: boolean;
  readonly isFirstSight: boolean;
}

/**
 * A connection without a record may be the first that we see of its service, whose past is not ours to judge. Where the
 * service cannot be read, its adoption waits for the next time; what is Pending is reviewed all the same.
 */
async function ensureServiceAdopted(
  services: ReviewServices,
  { service: id }: ConnectionId,
): Promise<FirstSight> {
  const { azure, ledger } = services;
  if ((await ledger.head(id)).adoptedAt !== undefined) return { isAdopted: true, isFirstSight: false };
  const service = await azure.service(id);
  return {
    isAdopted: service.kind === "known" && (await adopt(services, service.value)),
    isFirstSight: true,
  };
}

/** The adoption may have made a record of the connection. */
async function foundSince(
  { ledger }: ReviewServices,
  id: ConnectionId,
  { isFirstSight }: FirstSight,
): Promise<ConnectionRecord | undefined> {
  return isFirstSight ? ledger.find(id) : undefined;
}

/**
 * The record with our lease on it; undefined while another attempt holds one.
 * @throws {RecordChanged} where another attempt claimed it first
 */
export async function acquireLease(
  { ledger, clock, newId }: ReviewServices,
  id: ConnectionId,
  found: ConnectionRecord | undefined,
): Promise<ConnectionRecord | undefined> {
  const now = clock.now();
  if (found?.lease !== undefined && !isDue(found.lease.until, now)) return undefined;
  const ours: Lease = { owner: newId(), until: leaseEnd(clock) };
  if (found !== undefined) return ledger.save(claimed(found, now, ours));
  return ledger.add(claimed(firstSeen(id, now), now, ours));
}

function leaseEnd(clock: Clock): string {
  return plusMs(clock.now(), leaseMs);
}

/** The record with more time on our lease; saving it proves that no other attempt has claimed it since. */
export function renewed(record: ConnectionRecord, clock: Clock): ConnectionRecord {
  return leaseRenewed(record, leaseEnd(clock));
}
