import { join } from "node:path";
import { root } from "../../local/child-process.ts";
import { startAzure } from "../simulated-azure.ts";
import { runFile } from "../run-file.ts";

interface Estate {
  readonly services: number;
  /** Approved connections, spread over the services. */
  readonly connections: number;
}

export interface Options {
  readonly estates: readonly Estate[];
  readonly progress: (step: string) => void;
}

export interface Measured extends Estate {
  /** A sweep ends early when it has found enough for the reviews, and the next goes on where it ended. */
  readonly sweeps: number;
  readonly queries: number;
  /** Calls other than queries. */
  readonly calls: number;
  readonly seconds: number;
  /** Services that the sweep leaves to reviews. */
  readonly due: number;
  /** The heap after garbage collection: before the sweep, and the largest between two of its pages. */
  readonly beforeMb: number;
  readonly largestMb: number;
}

export interface Report {
  readonly measured: readonly Measured[];
}

/** What the process of the sweep prints. */
export type Swept = Pick<Measured, "sweeps" | "due" | "seconds" | "beforeMb" | "largestMb"> & {
  readonly services: number;
};

/** Enough that the services of a large estate are in many. */
const subscriptions = 100;

/** Sweeps estates of these sizes, with rows in memory, and measures the memory of the sweep. */
export async function run({ estates, progress }: Options): Promise<Report> {
  const measured: Measured[] = [];
  for (const estate of estates) {
    progress(`${estate.services} services with ${estate.connections} connections`);
    measured.push(await measure(estate));
  }
  return { measured };
}

async function measure({ services, connections }: Estate): Promise<Measured> {
  const azure = await startAzure({ services, subscriptions, approved: connections });
  try {
    const script = join(root, "bench/estate/sweep-process.ts");
    const swept = await runFile<Swept>(script, [azure.url], ["--expose-gc"]);
    if (swept.services !== services)
      throw new Error(`the sweep saw ${swept.services} of ${services} services: the figures are invalid`);
    const { "POST resources": queries = 0, ...others } = await azure.calls();
    const calls = Object.values(others).reduce((sum, count) => sum + count, 0);
    const { sweeps, due, seconds, beforeMb, largestMb } = swept;
    return { services, connections, sweeps, queries, calls, seconds, due, beforeMb, largestMb };
  } finally {
    await azure.end();
  }
}
