import { isDue, plusMs } from "../../clock.ts";
import { listSubscriptions } from "../../estate/inventory-pass.ts";
import { roundMs } from "../../estate/rotation.ts";
import type { Known, Sweeping } from "./sweeping.ts";

const minuteMs = 60_000;
/** What the inventory lacks is read more often: nothing else would find what is new there. */
const lackingMs = 15 * minuteMs;
const lackingMax = 500;
const dayMs = 24 * 60 * minuteMs;

/**
 * The slow rotation: the inventory may lag, or lack connections, a service, or everything, so that each service is read
 * itself within a day, and each subscription's list is, by their own provider. What the inventory showed only in part,
 * or not at all although we know it, comes first.
 */
export async function chooseOwnReads(sweeping: Sweeping): Promise<void> {
  const { due, known, run, with: services } = sweeping;
  const share = (count: number) => Math.ceil((count * run.periodMs) / roundMs);
  // One that had no connections when it was read itself, and of which none are told, shows what it can.
  const isShown = ({ shown, empty }: Known) => shown === "whole" || (shown === "untold" && empty === true);
  const lacks = (each: Known) =>
    each.goneSince === undefined && !isShown(each) && !(sweeping.resumed && each.shown === undefined);
  const lacking = longestUnread(sweeping, lacks, lackingMs, lackingMax);
  const most = share(known.size);
  // All may have been read at once: it has to begin anew so early that the last of them has its turn within a day.
  const restMs = Math.min(roundMs, dayMs - Math.ceil(known.size / most) * run.periodMs);
  const left = Math.max(0, most - lacking.length);
  const others = longestUnread(sweeping, (each) => !lacks(each), restMs, left);
  for (const key of [...lacking, ...others]) {
    const id = await services.digests.service(key);
    if (id !== undefined) due.set(id.text, id);
  }
  await listSubscriptions(
    sweeping,
    (subscription) => services.azure.services(subscription),
    async (unlisted) => {
      await services.digests.add(unlisted.map(({ id }) => ({ id, seen: "" })));
      for (const { id } of unlisted) due.set(id.text, id);
    },
  );
}

/** The keys of those that were not read for so long, the longest first. */
function longestUnread(
  { with: { clock }, known }: Sweeping,
  among: (each: Known) => boolean,
  ageMs: number,
  most: number,
): string[] {
  const now = clock.now();
  const old = [...known].filter(
    ([, each]) =>
      among(each) && isDue(each.readAt === undefined ? undefined : plusMs(new Date(each.readAt), ageMs), now),
  );
  return old
    .toSorted(([, a], [, b]) => ((a.readAt ?? "") < (b.readAt ?? "") ? -1 : 1))
    .slice(0, most)
    .map(([key]) => key);
}
