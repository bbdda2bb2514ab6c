import type { ConnectionId, ServiceId } from "../../azure/resource-id.ts";
import { isDue } from "../../clock.ts";
import { compareInventory } from "./compare-inventory.ts";
import { chooseOwnReads } from "./own-reads.ts";
import { governsById } from "../../estate/scope.ts";
import { beginRun, endRun } from "../../estate/run.ts";
import { remindOfHeld, type Waiting } from "./remind-of-held.ts";
import { warnOfCapacity } from "./warn-of-capacity.ts";
import { startSweeping, sweeps, type Sweeping, type SweepServices } from "./sweeping.ts";

export interface Swept {
  /** Connections that need a review, and services that have to be read themselves. */
  readonly due: readonly (ConnectionId | ServiceId)[];
  /** Governed services that the inventory showed. */
  readonly services: number;
  /** What could not be read; the next sweep tries again. */
  readonly unread: readonly string[];
  /** Why this sweep saw only a part, or nothing; undefined where it saw all. */
  readonly stopped?: string;
}

/**
 * Finds everything that still needs a review: whatever events missed, and whatever an earlier attempt left
 * unfinished. Decides nothing itself. Its cost follows what changed: the index of unfinished work, the inventory's
 * pages, a digest for each service, and then only the records of those that changed. `periodMs` is the time to the next.
 */
export async function sweep(services: SweepServices, periodMs: number): Promise<Swept> {
  const { breakers, mode } = services;
  const run = await beginRun(sweeps, services, periodMs);
  if (run === undefined) return nothing("another sweep is running");
  if (mode === "off") {
    await endRun(sweeps, services, run, true);
    return nothing("mode off: nothing is swept");
  }
  await breakers.refresh();
  const sweeping = await startSweeping(services, run);
  await remindOfHeld(services, await takeUnfinished(sweeping));
  const ended = await compareInventory(sweeping);
  if (ended) await chooseOwnReads(sweeping);
  await warnOfCapacity(services, sweeping.near, ended && !sweeping.resumed);
  await endRun(sweeps, services, sweeping.run, ended);
  const { due, unread, stopped } = sweeping;
  return {
    due: [...due.values()],
    services: sweeping.services,
    unread: [...unread],
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function nothing(stopped: string): Swept {
  return { due: [], services: 0, unread: [], stopped };
}

/**
 * What an attempt left unfinished, and what waited for this time or for another policy, parameters or mode. Returns what
 * waits for a person.
 */
async function takeUnfinished({
  with: { clock, ledger, scope },
  decider,
  due,
}: Sweeping): Promise<readonly Waiting[]> {
  const now = clock.now();
  const waiting: Waiting[] = [];
  for await (const { id, wait } of ledger.marks()) {
    if (governsById(scope, id.service) === "no") continue;
    const changed = decider !== undefined && wait?.decider !== undefined && wait.decider !== decider;
    if (changed || isDue(wait?.until, now)) due.set(id.text, id);
    if (wait?.heldSince !== undefined) waiting.push({ connection: id.text, since: wait.heldSince });
  }
  return waiting;
}
