import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { updatingMs } from "../../test/simulation/azure.ts";
import { run as simulate, type Running } from "../../test/simulation/run.ts";
import { start } from "../../test/simulation/simulation.ts";
import { operationMs, worldFor, type Case } from "./case.ts";

export interface Options {
  /** How many requests are there at once. */
  readonly requests: readonly number[];
  readonly processes: readonly number[];
  readonly progress: (what: string) => void;
}

/** Times are virtual, from the moment that the requests were made. */
export interface Measured extends Case {
  /** Until the last verdict was recorded. */
  readonly decidedSeconds: number;
  /** Until the last connection was Approved on Azure. */
  readonly approvedSeconds: number;
  /** Until the last record said so. */
  readonly appliedSeconds: number;
  /** The soonest that the last could be Approved: Azure takes one write of a service at a time. */
  readonly floorSeconds: number;
  readonly puts: number;
  readonly decisions: number;
  /** Reads of ARM, and queries of Resource Graph. */
  readonly reads: number;
  readonly queries: number;
  /** Messages of the queue `reviews`. */
  readonly messages: number;
}

export interface Report {
  readonly operationSeconds: number;
  readonly updatingSeconds: number;
  readonly measured: readonly Measured[];
}

/** The app's own functions in the deterministic simulation, case by case. The seed decides nothing but latencies and who works. */
const seed = 42;

export async function run({ requests, processes, progress }: Options): Promise<Report> {
  const measured: Measured[] = [];
  for (const events of [true, false])
    for (const count of requests)
      for (const each of processes) {
        const one = { requests: count, events, processes: each };
        progress(`${count} requests, ${events ? "events" : "sweeps alone"}, processes: ${each}`);
        measured.push(await measure(one));
      }
  return { operationSeconds: operationMs / 1000, updatingSeconds: updatingMs / 1000, measured };
}

async function measure(one: Case): Promise<Measured> {
  const running = await simulate(seed, worldFor(one));
  const { world, platform } = running;
  const { decided, applied } = await recorded(running, one);
  const appliedAt = Math.max(...applied);
  const calls = running.sim.calls.filter(({ at }) => at <= appliedAt);
  const callsOf = (place: string) => calls.filter((call) => call.place === place).length;
  const approved = [...world.operations.values()].map(({ doneAt }) => doneAt);
  return {
    ...one,
    decidedSeconds: secondsTo(Math.max(...decided)),
    approvedSeconds: secondsTo(Math.max(...approved)),
    appliedSeconds: secondsTo(appliedAt),
    // The last is Approved when its operation ends, and not when the service is ready for another.
    floorSeconds: (one.requests * (operationMs + updatingMs) - updatingMs) / 1000,
    puts: callsOf("PUT"),
    decisions: decided.length,
    reads: callsOf("GET"),
    queries: callsOf("POST"),
    messages: platform.enqueued.filter(({ at, queue }) => queue === "reviews" && at <= appliedAt).length,
  };
}

/** When each request was decided, and when its record said that it was applied; every one has to come to that. */
async function recorded({ sim, rows }: Running, { requests }: Case) {
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const { items } = await ledger.entries({}, { top: 100 * requests });
  const decided = items.filter(({ kind }) => kind === "decision").map(({ at }) => Date.parse(at));
  const applied = items.flatMap((entry) =>
    entry.kind === "outcome" && entry.phase === "Applied" ? [Date.parse(entry.at)] : [],
  );
  if (sim.violations.length > 0 || applied.length !== requests)
    throw new Error(
      `${applied.length} of ${requests} were approved, so that the figures do not count: ${sim.violations.slice(0, 3).join("; ")}`,
    );
  return { decided, applied };
}

function secondsTo(at: number): number {
  return (at - start) / 1000;
}
