import { join } from "node:path";
import { startAzurite } from "../../local/azurite.ts";
import { root, startProcess, type ManagedProcess } from "../../local/child-process.ts";
import { landingZones } from "../../simulator/estate/generate.ts";
import type { Asked, Calls } from "./azure.ts";
import type { Step, Task } from "./drawbridge.ts";
import { runbook } from "./runbook.ts";

export interface Options {
  readonly services: number;
  readonly subscriptions: number;
  /** New requests before the sweep that is measured. */
  readonly changes: number;
  /** Whether the runbook's way is gone too: it takes minutes where there are many services in a subscription. */
  readonly runbook: boolean;
  readonly progress: (what: string) => void;
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

const seed = 42;
/** The heap that our sweep has to do with, whatever the size of the estate. */
const heapMaxMb = 150;
const startTimeoutMs = 60_000;
/** As host.json has it. */
const atOnce = 16;

/** The same estate with the same requests, twice: swept by us, and gone through by a runbook. */
export async function run(options: Options): Promise<Report> {
  const { services, subscriptions, changes, progress } = options;
  const measured = [...(await ours(options)), ...(options.runbook ? [await theirs(options)] : [])];
  const wrong = measured.find(
    ({ name, approved }) => name !== first && name !== idle && approved !== changes,
  );
  if (wrong !== undefined)
    throw new Error(`${wrong.name} approved ${wrong.approved} of ${changes}: its figures do not count`);
  progress("done");
  return { options: { services, subscriptions, changes }, measured };
}

const first = "ours, the first sweep of all";
const idle = "ours, nothing changed";

async function ours({ services, subscriptions, changes, progress }: Options): Promise<Measured[]> {
  progress(`an estate of ${services} services in ${subscriptions} subscriptions, and Azurite`);
  const [azure, azurite] = await Promise.all([startAzure(services, subscriptions), startAzurite()]);
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
      await azure.ask({ ask: "calls" });
      const step = await exchange<Step>(child, "sweep");
      return {
        name,
        calls: await azure.ask({ ask: "calls" }),
        seconds: step.seconds,
        approved: step.approved,
        step,
      };
    };
    const begun = await measure(first);
    await azure.ask({ ask: "change", count: changes });
    const found = await measure(`ours, ${changes} new requests`);
    // What was approved shows in the inventory now, and is explained once.
    await measure("ours, and what came of them");
    return [begun, found, await measure(idle)];
  } finally {
    await child.end();
    await azure.end();
    await azurite.end();
  }
}

async function theirs({ services, subscriptions, changes, progress }: Options): Promise<Measured> {
  const name = `a runbook's way, ${changes} new requests`;
  progress(name);
  const azure = await startAzure(services, subscriptions);
  try {
    await azure.ask({ ask: "change", count: changes });
    const started = performance.now();
    const approved = await runbook(azure.url, azure.hosts, atOnce);
    const seconds = (performance.now() - started) / 1000;
    return { name, calls: await azure.ask({ ask: "calls" }), seconds, approved };
  } finally {
    await azure.end();
  }
}

async function startAzure(services: number, subscriptions: number) {
  const size = { services, subscriptions, pending: 0, approved: 0, seed };
  const child = startProcess(join(root, "bench/sweep/azure.ts"), {
    args: [JSON.stringify(size)],
    environment: process.env,
  });
  const [, url = "", all = ""] = await child.waitForLine(/^azure: (\S+) (\S+)$/, startTimeoutMs);
  const hosts = all.split(",").filter((id) => !landingZones.includes(id));
  return { url, hosts, ask: (asked: Asked) => exchange<Calls>(child, asked), end: () => child.end() };
}

function exchange<T>({ process: child, lines }: ManagedProcess, message: Asked | string): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      reject(new Error(`a child of the bench ended: ${lines.slice(-5).join("\n")}`));
    };
    child.once("exit", ended);
    child.once("message", (answer) => {
      child.off("exit", ended);
      resolve(answer as T);
    });
    child.send(message);
  });
}
