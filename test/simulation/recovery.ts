import { minuteMs } from "../../src/lib/clock.ts";
import type { Wait } from "../../src/lib/connections/ledger.ts";
import { allOpen, headRow, listedPrefix } from "../../src/lib/state/keys.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import type { Row } from "../../src/lib/state/rows.ts";
import { lostConnections } from "./invariants-of-records.ts";
import { lostAddresses } from "./invariants-of-addresses.ts";
import type { RowCheck } from "./rows.ts";
import type { Running } from "./run.ts";

/** When an approval last stopped counting towards the limits, in each run. */
const freedAt = new WeakMap<Running, number>();

interface Reserving {
  readonly promised?: readonly { readonly id: string }[];
}

/** Notes that a place is free: what a limit holds may be approved now, though neither Azure nor the policy changed. */
export const noteFreed: RowCheck = (running, { row, value }, before) => {
  if (row !== headRow) return;
  const { promised: now = [] } = value as Reserving;
  const { promised: was = [] } = (before?.value ?? {}) as Reserving;
  if (was.some(({ id }) => !now.some((each) => each.id === id))) freedAt.set(running, running.sim.time.now());
};

/** Lets time pass without faults, in which the app has to recover. */
export async function recover(running: Running): Promise<void> {
  const { sim, options } = running;
  const end = sim.time.now() + options.recoveryMs;
  const stepMs = options.untilSettled ? minuteMs : options.recoveryMs;
  while (sim.time.now() < end && !(await isSettled(running, end)))
    await sim.time.runUntil(Math.min(end, sim.time.now() + stepMs));
}

/**
 * Nothing is under way or marked as open but what waits, every record is right, and each timer has run since anything
 * last changed or failed: the sweep and the check found nothing to do, and the archive took what was old enough. Later
 * runs do nothing either.
 */
async function isSettled(running: Running, end: number): Promise<boolean> {
  const { sim, world, rows, platform, options } = running;
  if (!options.untilSettled || !sim.time.isIdle()) return false;
  const changedAt = Math.max(world.changedAt, sim.faultAt);
  const hasRun = (timer: (typeof options.timers)[number]) => {
    const since = timer === "archiveRecords" ? platform.wholeSince : platform.quietSince;
    return (since.get(timer) ?? -Infinity) > changedAt;
  };
  if (!options.timers.every(hasRun)) return false;
  // A review that counted before the place was free may end after it.
  const heldAfter = Math.max(changedAt, (freedAt.get(running) ?? -Infinity) + minuteMs);
  const { rows: open } = await rows.list({
    partition: allOpen,
    prefix: "",
    below: listedPrefix,
    top: 1_000,
  });
  return open.every(({ value }) => isWaiting(value, { heldAfter, end })) && (await isRight(running));
}

async function isRight(running: Running): Promise<boolean> {
  const { rows, sim, options } = running;
  const timers = new Set(options.timers);
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const { items: connections } = await ledger.connections({}, { top: 5_000 });
  if (timers.has("sweepConnections") && lostConnections(running, connections).length > 0) return false;
  const { items: addresses } = await rowsBaselines(rows, () => []).list({ kind: "public" }, { top: 1_000 });
  return !timers.has("checkAddresses") || lostAddresses(running, addresses).length === 0;
}

/**
 * Whether a connection waits: for a time that the run does not reach, or for a person, and a review has found so since
 * anything last changed or failed, or a place became free. What is held is read again every hour.
 */
function isWaiting(
  { at, wait }: Row["value"],
  { heldAfter, end }: { readonly heldAfter: number; readonly end: number },
): boolean {
  const { heldSince, until } = (wait ?? {}) as Partial<Wait>;
  if (until === undefined) return false;
  return Date.parse(until) > end || (heldSince !== undefined && Date.parse(at as string) > heldAfter);
}
