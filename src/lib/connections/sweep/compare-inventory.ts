import type { ServiceId } from "../../azure/resource-id.ts";
import { isDue, plusMs } from "../../clock.ts";
import type { InventoryPage, Listed } from "../azure.ts";
import { digestOf } from "./digest.ts";
import { recordsOf, thoseDue } from "../review-service.ts";
import { isByTraits, subscriptionsOf } from "../scope.ts";
import { saveRun } from "./run.ts";
import { isGoverned, type Sweeping } from "./sweeping.ts";

/** How many reviews one sweep asks for at most; the next one goes on where it stopped. */
const dueMax = 5_000;
/** Well below the five minutes that a function may take on the smallest plan. */
const timeMaxMs = 4 * 60_000;

/**
 * Goes through the inventory's pages, one in memory at a time; false where it did not come to their end. Reads the
 * records of those services alone that the inventory shows otherwise than they were explained.
 */
export async function compareInventory(sweeping: Sweeping): Promise<boolean> {
  const { azure, appState, clock, scope } = sweeping.with;
  const within = isByTraits(scope) ? "all" : subscriptionsOf(scope);
  const deadline = plusMs(clock.now(), timeMaxMs);
  for (;;) {
    const page = await azure.inventory(within, sweeping.run.from);
    if (page.kind === "unknown" && forgets(sweeping)) continue;
    if (page.kind === "unknown")
      return stop(sweeping, "the inventory", `the inventory could not be read (${page.reason})`);
    await comparePage(sweeping, page.value);
    const { next } = page.value;
    const { from: _, ...rest } = sweeping.run;
    const saved = await saveRun(appState, clock, next === undefined ? rest : { ...rest, from: next });
    if (saved === undefined) return stop(sweeping, "the rest", "another sweep took over");
    sweeping.run = saved;
    if (next === undefined) return true;
    if (sweeping.due.size >= dueMax || isDue(deadline, clock.now()))
      return stop(sweeping, "the rest", "this was enough for one sweep, and the next one goes on");
  }
}

/** Where another sweep stopped may be forgotten by now, and asked for in vain: then this one begins at the beginning. */
function forgets(sweeping: Sweeping): boolean {
  if (!sweeping.resumed || sweeping.services > 0) return false;
  const { from: _, ...run } = sweeping.run;
  sweeping.run = run;
  sweeping.resumed = false;
  return true;
}

function stop(sweeping: Sweeping, what: string, why: string): false {
  sweeping.unread.add(what);
  sweeping.stopped = why;
  return false;
}

async function comparePage(sweeping: Sweeping, { services, unreadable }: InventoryPage): Promise<void> {
  const { digests, log } = sweeping.with;
  if (unreadable > 0) log.warn("rows of the inventory cannot be read", { rows: unreadable });
  const unseen: { id: ServiceId; seen: string }[] = [];
  for (const listed of services) {
    if (!isGoverned(sweeping, listed)) continue;
    sweeping.services++;
    const added = await compare(sweeping, listed);
    if (added !== undefined) unseen.push(added);
  }
  await digests.add(unseen);
}

/** Compares what the inventory shows of a service with what is remembered; returns what to remember of a new one. */
async function compare(
  { with: services, known, due }: Sweeping,
  { id, connections }: Listed,
): Promise<{ id: ServiceId; seen: string } | undefined> {
  const { digests, ledger } = services;
  const key = digests.keyOf(id);
  const digest = known.get(key);
  const seen = connections === undefined ? undefined : digestOf(connections);
  const shown = connections === undefined ? "in part" : "whole";
  known.set(key, { ...(digest ?? { seen: "" }), shown });
  if (digest === undefined) {
    // One that has nothing is met when its turn comes to be read itself.
    if (seen !== "none") due.set(id.text, id);
    return { id, seen: seen === "none" ? seen : "" };
  }
  if (connections === undefined || seen === undefined || seen === digest.seen) return undefined;
  const needed = await thoseDue(services, connections, await recordsOf(ledger, id), false);
  for (const each of needed) due.set(each.text, each);
  if (needed.length === 0) await digests.explain(id, seen, digest.doubts);
  return undefined;
}
