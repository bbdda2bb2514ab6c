import { join } from "node:path";
import { startAzurite } from "../../local/azurite.ts";
import { root, startProcess } from "../../local/child-process.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { startAzure, type Calls } from "../simulated-azure.ts";
import { exchange } from "../exchange.ts";
import type { Step, Task } from "./drawbridge.ts";
import { runbook } from "./runbook.ts";

export interface Options {
  readonly services: number;
  readonly subscriptions: number;
  /** The number of new requests before the measured sweep. */
  readonly changes: number;
  /** Whether to measure the runbook too. It takes minutes if a subscription has many services. */
  readonly runbook: boolean;
  readonly progress: (step: string) => void;
}

export interface Measured {
  readonly name: string;
  readonly calls: Calls;
  readonly seconds: number;
  readonly approved: number;
  readonly step?: Step;
}

export interface Report {
  readonly options: Omit<Options, "progress" | "runbook">;
  readonly measured: readonly Measured[];
}

/** The heap limit of our sweep, whatever the size of the estate. */
const heapMaxMb = 150;
const startTimeoutMs = minuteMs;
/** The concurrency in host.json. */
const atOnce = 16;

/** Measures our sweep and a runbook on the same estate with the same requests. */
export async function run(options: Options): Promise<Report> {
  const { services, subscriptions, changes, progress } = options;
  const measured = [
    ...(await measureOurs(options)),
    ...(options.runbook ? [await measureRunbook(options)] : []),
  ];
  const wrong = measured.find(
    ({ name, approved }) => name !== first && name !== idle && approved !== changes,
  );
  if (wrong !== undefined)
    throw new Error(`${wrong.name} approved ${wrong.approved} of ${changes}: the figures are invalid`);
  progress("done");
  return { options: { services, subscriptions, changes }, measured };
}

const first = "ours, the first sweep";
const idle = "ours, nothing changed";

async function measureOurs({ services, subscriptions, changes, progress }: Options): Promise<Measured[]> {
  progress(`starting an estate of ${services} services in ${subscriptions} subscriptions, and Azurite`);
  const [azure, azurite] = await Promise.all([startAzure({ services, subscriptions }), startAzurite()]);
  const task: Task = {
    azure: azure.url,
    storage: azurite.connectionString,
    atOnce,
  };
  const child = startProcess(join(root, "bench/sweep/drawbridge.ts"), {
    args: [JSON.stringify(task)],
    environment: process.env,
    execArgv: ["--expose-gc", `--max-old-space-size=${heapMaxMb}`],
  });
  try {
    await child.waitForLine(/^ready$/, startTimeoutMs);
    const measure = async (name: string): Promise<Measured> => {
      progress(name);
      await azure.calls();
      const step = await exchange<Step>(child, "sweep");
      return {
        name,
        calls: await azure.calls(),
        seconds: step.seconds,
        approved: step.approved,
        step,
      };
    };
    const initial = await measure(first);
    await azure.request(changes);
    const found = await measure(`ours, ${changes} new requests`);
    // The approvals are in the inventory now, and this sweep records that they are explained.
    await measure("ours, after the approvals");
    return [initial, found, await measure(idle)];
  } finally {
    await child.end();
    await azure.end();
    await azurite.end();
  }
}

async function measureRunbook({ services, subscriptions, changes, progress }: Options): Promise<Measured> {
  const name = `a runbook, ${changes} new requests`;
  progress(name);
  const azure = await startAzure({ services, subscriptions });
  try {
    await azure.request(changes);
    const started = performance.now();
    const approved = await runbook(azure.url, azure.hosts, atOnce);
    const seconds = (performance.now() - started) / 1000;
    return { name, calls: await azure.calls(), seconds, approved };
  } finally {
    await azure.end();
  }
}
