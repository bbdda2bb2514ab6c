import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { updatingMs } from "../../test/simulation/simulated-azure.ts";
import { run as simulate, type Running } from "../../test/simulation/run.ts";
import { start } from "../../test/simulation/simulation.ts";
import { operationMs, worldFor, type Case } from "./case.ts";

export interface Options {
  /** The numbers of simultaneous requests to measure. */
  readonly requests: readonly number[];
  readonly processes: readonly number[];
  readonly progress: (step: string) => void;
}

/** Times are virtual, measured from the creation of the requests. */
export interface Measured extends Case {
  /** Until the last verdict was recorded. */
  readonly decidedSeconds: number;
  /** Until the last connection was Approved on Azure. */
  readonly approvedSeconds: number;
  /** Until the last record was Applied. */
  readonly appliedSeconds: number;
  /** The minimum time until the last is Approved: Azure allows one write to a service at a time. */
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

/**
 * Runs the app's functions in the deterministic simulation. The seed determines only latencies and the scheduling of
 * processes.
 */
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
    // The last is Approved when its operation ends, before the service is ready for another write.
    floorSeconds: (one.requests * (operationMs + updatingMs) - updatingMs) / 1000,
    puts: callsOf("PUT"),
    decisions: decided.length,
    reads: callsOf("GET"),
    queries: callsOf("POST"),
    messages: platform.enqueued.filter(({ at, queue }) => queue === "reviews" && at <= appliedAt).length,
  };
}

/** The times at which each request was decided and recorded as applied. Throws unless every request was applied. */
async function recorded({ sim, rows }: Running, { requests }: Case) {
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const { items } = await ledger.entries({}, { top: 100 * requests });
  const decided = items.filter(({ kind }) => kind === "decision").map(({ at }) => Date.parse(at));
  const applied = items.flatMap((entry) =>
    entry.kind === "outcome" && entry.phase === "Applied" ? [Date.parse(entry.at)] : [],
  );
  if (sim.violations.length > 0 || applied.length !== requests)
    throw new Error(
      `${applied.length} of ${requests} were approved, so the figures are invalid: ${sim.violations.slice(0, 3).join("; ")}`,
    );
  return { decided, applied };
}

function secondsTo(at: number): number {
  return (at - start) / 1000;
}
