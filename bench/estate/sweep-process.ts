import { armAddresses } from "../../src/lib/azure/arm-addresses.ts";
import { arm } from "../../src/lib/azure/arm.ts";
import { armClients } from "../../src/lib/azure/arm-clients.ts";
import { armEvents } from "../../src/lib/azure/arm-events.ts";
import { onSimulator } from "../../src/azure-or-simulator.ts";
import { systemClock as clock } from "../../src/lib/clock.ts";
import { sweep } from "../../src/lib/connections/sweep/sweep.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import { periodMs, wiredOn } from "../wired.ts";
import type { Swept } from "./run.ts";

/**
 * Sweeps an estate once, in a process of its own; a sweep that stops early goes on with the next. Prints how long it
 * takes and the largest heap between two pages, in MB.
 */
const sweepsMax = 100;
const clients = armClients(onSimulator(process.argv[2] ?? "").arm, {});
const azure = arm(
  clients,
  jsonLog(() => {}, clock),
  clock,
);
let largestMb = 0;
const heapMb = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};
const connections: typeof azure = {
  ...azure,
  inventory: async (...args) => {
    const page = await azure.inventory(...args);
    largestMb = Math.max(largestMb, heapMb());
    return page;
  },
};
const beforeMb = heapMb();
const services = wiredOn(
  { connections, addresses: armAddresses(clients, azure), events: armEvents(clients) },
  memoryRows(),
);
const start = performance.now();
const found = { services: 0, due: 0, sweeps: 0 };
let stopped: string | undefined;
do {
  const swept = await sweep(services, periodMs);
  ({ stopped } = swept);
  found.services += swept.services;
  found.due += swept.due.length;
  found.sweeps++;
} while (stopped !== undefined && found.sweeps < sweepsMax);
const seconds = (performance.now() - start) / 1_000;
console.log(JSON.stringify({ ...found, seconds, beforeMb, largestMb } satisfies Swept));
process.exit(0);
