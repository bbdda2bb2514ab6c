import { sawEverything } from "../../estate/inventory-pass.ts";
import type { ConnectionId, ServiceId } from "../../azure/resource-id.ts";
import { isDue } from "../../clock.ts";
import { compareInventory } from "./compare-inventory.ts";
import { selectDirectReads } from "./select-direct-reads.ts";
import { governsById } from "../../estate/scope.ts";
import { beginRun, endRun } from "../../estate/scan-run.ts";
import type { Wait } from "../ledger.ts";
import { remindOfHeld, type HeldConnection } from "./remind-of-held.ts";
import { warnOfCapacity } from "./warn-of-capacity.ts";
import { startSweepPass, sweeps, type SweepPass, type SweepServices } from "./sweep-pass.ts";

export interface SweepResult {
  /** Connections that need a review, and services that need a direct read. */
  readonly due: readonly (ConnectionId | ServiceId)[];
  /** Number of governed services that the inventory showed. */
  readonly services: number;
  /** What could not be read; the next sweep retries it. */
  readonly unread: readonly string[];
  /** Why this sweep saw only a part, or nothing; undefined if it saw everything. */
  readonly stopped?: string;
}

/**
 * Finds everything that still needs a review: what events missed, and what an earlier attempt left unfinished. It
 * decides nothing itself. Its cost grows with what changed: it reads the index of unfinished work, the inventory's
 * pages, one digest per service, and the records of changed services only. `periodMs` is the time until the next sweep.
 */
export async function sweep(services: SweepServices, periodMs: number): Promise<SweepResult> {
  const { breakers, mode } = services;
  const run = await beginRun(sweeps, services, periodMs);
  if (run === undefined) return notSwept("another sweep is running");
  const openBreakers = await breakers.refresh();
  if (mode === "off") {
    await endRun(sweeps, services, run, true);
    return notSwept("mode off: nothing is swept");
  }
  const pass = await startSweepPass(services, run);
  await remindOfHeld(services, await selectUnfinished(pass, openBreakers));
  const ended = await compareInventory(pass);
  if (ended) await selectDirectReads(pass);
  await warnOfCapacity(services, pass.nearLimit, ended && sawEverything(pass));
  await endRun(sweeps, services, pass.run, ended);
  const { due, unread, stopped } = pass;
  return {
    due: [...due.values()],
    services: pass.services,
    unread: [...unread],
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function notSwept(stopped: string): SweepResult {
  return { due: [], services: 0, unread: [], stopped };
}

/**
 * Selects the connections that an attempt left unfinished, whose time has come, whose policy, parameters or mode
 * changed since they were held, or whose breaker is closed. Returns the connections that wait for a person.
 */
async function selectUnfinished(
  { with: { clock, ledger, scope }, decider, due }: SweepPass,
  openBreakers: ReadonlySet<NonNullable<Wait["breaker"]>>,
): Promise<readonly HeldConnection[]> {
  const now = clock.now();
  const held: HeldConnection[] = [];
  for await (const { id, wait } of ledger.openReviews()) {
    if (governsById(scope, id.service) === "no") continue;
    const changed = decider !== undefined && wait?.decider !== undefined && wait.decider !== decider;
    const closed = wait?.breaker !== undefined && !openBreakers.has(wait.breaker);
    if (changed || closed || isDue(wait?.until, now)) due.set(id.text, id);
    if (wait?.heldSince !== undefined) held.push({ connection: id.text, since: wait.heldSince });
  }
  return held;
}
