import { dayMs, hasElapsed, minuteMs } from "../../clock.ts";
import { listSubscriptions } from "../../estate/inventory-pass.ts";
import { roundMs } from "../../estate/rotation.ts";
import type { KnownService, SweepPass } from "./sweep-pass.ts";

/**
 * Services that the inventory lacks, or shows in part, are read more often: nothing else finds their new connections.
 * So are those whose approvals another policy judged, where the one in force revokes.
 */
const soonMs = 15 * minuteMs;
const soonMax = 500;

/**
 * Selects the services that are due for a direct read in the slow rotation. The inventory may lag, or lack connections,
 * services or everything, so each service is read directly, and each subscription is listed by the resource provider,
 * within a day. Known services that the inventory shows in part or not at all come first, with those whose approvals
 * are to be judged by another policy.
 */
export async function selectDirectReads(pass: SweepPass): Promise<void> {
  const { due, known, run, with: services } = pass;
  const share = (count: number) => Math.ceil((count * run.periodMs) / roundMs);
  // Null is a complete view of a service that had no connections at its last direct read.
  const isComplete = ({ shown, empty }: KnownService) =>
    shown === "complete" || (shown === "null" && empty === true);
  const isIncomplete = (each: KnownService) =>
    each.goneSince === undefined && !isComplete(each) && !(pass.resumed && each.shown === undefined);
  const isSoon = (each: KnownService) => isIncomplete(each) || isJudgedOtherwise(pass, each);
  const soon = longestUnread(pass, isSoon, soonMs, soonMax);
  const sweepShare = share(known.size);
  // All may have been read at once. The rotation restarts early enough that the last of them has its turn within a day.
  const ageMs = Math.min(roundMs, dayMs - Math.ceil(known.size / sweepShare) * run.periodMs);
  const left = Math.max(0, sweepShare - soon.length);
  const others = longestUnread(pass, (each) => !isSoon(each), ageMs, left);
  for (const key of [...soon, ...others]) {
    const id = await services.digests.service(key);
    if (id !== undefined) due.set(id.text, id);
  }
  await listSubscriptions(
    pass,
    (subscription) => services.azure.services(subscription),
    async (unlisted) => {
      await services.digests.add(unlisted.map(({ id }) => ({ id, seen: "" })));
      for (const { id } of unlisted) due.set(id.text, id);
    },
  );
}

/**
 * Whether its approvals were last judged by another policy, parameters or mode than the ones in force, which revoke.
 */
function isJudgedOtherwise(
  { revokingDecider }: SweepPass,
  { judgedBy, empty, goneSince }: KnownService,
): boolean {
  return (
    revokingDecider !== undefined && judgedBy !== revokingDecider && empty !== true && goneSince === undefined
  );
}

/** The keys of services whose last direct read is at least `ageMs` ago, the oldest first. */
function longestUnread(
  { with: { clock }, known }: SweepPass,
  matches: (each: KnownService) => boolean,
  ageMs: number,
  max: number,
): string[] {
  const now = clock.now();
  const due = [...known].filter(([, each]) => matches(each) && hasElapsed(ageMs, each.readAt, now));
  return due
    .toSorted(([, a], [, b]) => ((a.readAt ?? "") < (b.readAt ?? "") ? -1 : 1))
    .slice(0, max)
    .map(([key]) => key);
}
