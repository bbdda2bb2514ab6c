import { randomUUID } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { arm } from "../../src/lib/azure/arm.ts";
import { armAddresses } from "../../src/lib/azure/arm-addresses.ts";
import { armClients } from "../../src/lib/azure/arm-clients.ts";
import { armEvents } from "../../src/lib/azure/arm-events.ts";
import { callQuota } from "../../src/lib/azure/call-quota.ts";
import { systemClock as clock } from "../../src/lib/clock.ts";
import { reviewService } from "../../src/lib/connections/review-service.ts";
import { review } from "../../src/lib/connections/review/review.ts";
import { sweep } from "../../src/lib/connections/sweep/sweep.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { ownQuota } from "../../src/lib/azure-quota.ts";
import { tableRows } from "../../src/lib/state/table-rows.ts";
import { countingRows, type TableOperations } from "./counting-rows.ts";
import { mapConcurrent } from "../../src/lib/map-concurrent.ts";
import { onSimulator } from "../../src/azure-or-simulator.ts";
import { periodMs, wiredOn } from "../wired.ts";

/** Drawbridge's sweep, in a process of its own. On each IPC message it sweeps and replies with the measurements. */
export interface Task {
  readonly azure: string;
  readonly storage: string;
  /** The number of concurrent reviews, as in host.json. */
  readonly atOnce: number;
}

export interface Step {
  readonly services: number;
  readonly due: number;
  readonly approved: number;
  readonly seconds: number;
  /** The part of `seconds` that the sweep itself took; the rest are reviews. */
  readonly sweepSeconds: number;
  readonly table: TableOperations;
  /** The largest heap between two pages of the inventory, after garbage collection, in MB. */
  readonly heldMb: number;
}

const task = JSON.parse(process.argv[2] ?? "{}") as Task;
const client = TableClient.fromConnectionString(task.storage, `b${randomUUID().replaceAll("-", "")}`, {
  allowInsecureConnection: true,
});
await client.createTable();
const { rows, take } = countingRows(tableRows(() => Promise.resolve(client)));
const log = jsonLog(() => {}, clock);
const clients = armClients(onSimulator(task.azure).arm, { quota: callQuota(ownQuota(clock), clock) });
const azure = arm(clients, log, clock);
let held = 0;
let pages = 0;

/** Measures the heap after every tenth page, because garbage collection takes time. */
function measureHeap(): void {
  if (pages++ % 10 !== 0) return;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  held = Math.max(held, heapUsed + external);
}

const services = wiredOn(
  {
    connections: {
      ...azure,
      inventory: async (...args: Parameters<typeof azure.inventory>) => {
        const page = await azure.inventory(...args);
        measureHeap();
        return page;
      },
    },
    addresses: armAddresses(clients, azure),
    events: armEvents(clients),
  },
  rows,
);

async function step(): Promise<Step> {
  take();
  held = 0;
  pages = 0;
  const started = performance.now();
  const swept = await sweep(services, periodMs);
  const sweptAt = performance.now();
  let approved = 0;
  const request = { cause: "sweep", actor: "bench", requestedAt: clock.now() } as const;
  await mapConcurrent(swept.due, task.atOnce, async (id) => {
    const results =
      id.kind === "service"
        ? await reviewService(services, id, request)
        : [await review(services, { ...request, id })];
    approved += results?.filter(({ applied }) => applied).length ?? 0;
  });
  return {
    services: swept.services,
    due: swept.due.length,
    approved,
    seconds: (performance.now() - started) / 1000,
    sweepSeconds: (sweptAt - started) / 1000,
    table: take(),
    heldMb: held / 2 ** 20,
  };
}

process.on("message", () => void answer());
async function answer(): Promise<void> {
  try {
    process.send?.(await step());
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
process.once("disconnect", () => process.exit(0));
console.log("ready");
