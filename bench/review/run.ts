import { setTimeout as sleep } from "node:timers/promises";
import { onSimulator } from "../../src/azure-or-simulator.ts";
import { arm } from "../../src/lib/azure/arm.ts";
import { armAddresses } from "../../src/lib/azure/arm-addresses.ts";
import { armClients } from "../../src/lib/azure/arm-clients.ts";
import { armEvents } from "../../src/lib/azure/arm-events.ts";
import type { ArmAccess } from "../../src/lib/azure/arm-pipeline.ts";
import { parseConnectionId } from "../../src/lib/azure/resource-id.ts";
import { systemClock as clock } from "../../src/lib/clock.ts";
import { review } from "../../src/lib/connections/review/review.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { entryPrefix } from "../../src/lib/state/keys.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import { toEntity, type Property } from "../../src/lib/state/entity.ts";
import { everyRow, type Rows } from "../../src/lib/state/rows.ts";
import { generatedEstate, requestConnection } from "../../simulator/estate/generate.ts";
import { seeded } from "../../simulator/random.ts";
import { startSimulator } from "../../simulator/server.ts";
import { countingRows, type TableOperations } from "../sweep/counting-rows.ts";
import { spreadOf, type Spread } from "../spread.ts";
import { wiredOn } from "../wired.ts";
import { resourceTypeOf } from "../resource-type.ts";

export interface Options {
  /** How long Azure takes for each call, in milliseconds. */
  readonly latencyMs: number;
  readonly reviews: number;
  readonly progress: (step: string) => void;
}

/** A request to Azure, with its times in multiples of the latency since the review began. */
interface Call {
  readonly call: string;
  readonly from: number;
  readonly to: number;
}

export interface Report {
  readonly latencyMs: number;
  readonly reviews: number;
  /** Milliseconds until the verdict is recorded, and until the approval is verified and recorded. */
  readonly recordedMs: Spread;
  readonly verifiedMs: Spread;
  /** The same in round trips to Azure: the calls that begin one after the other. */
  readonly recordedTrips: number;
  readonly verifiedTrips: number;
  /** Calls of the last review. */
  readonly calls: readonly Call[];
  readonly table: TableOperations;
  /** What one reviewed connection leaves in the table. */
  readonly stored: Stored;
}

interface Stored {
  readonly rows: number;
  /** By Azure's formula for the size of entities. */
  readonly bytes: number;
}

/**
 * Reviews requests at services that were seen before, with a table in memory and a simulated Azure that takes this long
 * for each call.
 */
export async function run({ latencyMs, reviews, progress }: Options): Promise<Report> {
  const size = { services: reviews, subscriptions: 1, pending: 0, approved: 0 };
  const world = generatedEstate({ ...size, seed: 1, operationMs: 0 });
  const simulator = await startSimulator(world);
  const calls: { readonly call: string; readonly from: number; readonly to: number }[] = [];
  const entries: number[] = [];
  const { rows, take } = countingRows(memoryRows());
  const services = appOn(delayed(simulator.url, latencyMs, calls), notingEntries(rows, entries));
  try {
    const all = [...world.services.values()];
    const random = seeded(2);
    const reviewOne = async (index: number) => {
      const id = parseConnectionId(requestConnection(world, all, index, { status: "Pending", random }));
      if (id === undefined) throw new Error("the simulator made no connection");
      [entries.length, calls.length] = [0, 0];
      take();
      const start = performance.now();
      const request = { id, cause: "event", actor: "bench", requestedAt: clock.now() } as const;
      const result = await review(services, request);
      if (!result.applied) throw new Error(`a review ended without an approval: ${JSON.stringify(result)}`);
      return {
        recordedMs: (entries[0] ?? Number.NaN) - start,
        verifiedMs: (entries.at(-1) ?? Number.NaN) - start,
        start,
        table: take(),
      };
    };
    progress("the first review of each service, which adopts it");
    for (let index = 0; index < reviews; index++) await reviewOne(index);
    progress(`${reviews} reviews`);
    const before = await storedIn(rows);
    const measured: Awaited<ReturnType<typeof reviewOne>>[] = [];
    for (let index = 0; index < reviews; index++) measured.push(await reviewOne(index));
    const after = await storedIn(rows);
    const last = measured.at(-1);
    const since = (at: number) => (at - (last?.start ?? 0)) / latencyMs;
    const shown = calls.map(({ call, from, to }) => ({ call, from: since(from), to: since(to) }));
    const tripsUntil = (ms: number | undefined) => sequence(shown, (ms ?? 0) / latencyMs);
    return {
      latencyMs,
      reviews,
      recordedMs: spreadOf(measured.map(({ recordedMs }) => recordedMs)),
      verifiedMs: spreadOf(measured.map(({ verifiedMs }) => verifiedMs)),
      recordedTrips: tripsUntil(last?.recordedMs),
      verifiedTrips: tripsUntil(last?.verifiedMs),
      calls: shown,
      table: last?.table ?? { reads: 0, pages: 0, writes: 0 },
      stored: {
        rows: (after.rows - before.rows) / reviews,
        bytes: (after.bytes - before.bytes) / reviews,
      },
    };
  } finally {
    await simulator.stop();
  }
}

/** Notes when an entry of the audit chain is written. */
function notingEntries(rows: Rows, entries: number[]): Rows {
  return {
    ...rows,
    commit: async (partition, writes) => {
      const etags = await rows.commit(partition, writes);
      if (writes.some(({ row }) => row.startsWith(entryPrefix))) entries.push(performance.now());
      return etags;
    },
  };
}

/** The longest chain of calls that were made one after the other, of those that had ended by then. */
function sequence(calls: readonly Call[], until: number): number {
  const sorted = calls.filter(({ to }) => to <= until).toSorted((one, other) => one.to - other.to);
  let [trips, ended] = [0, -1];
  for (const { from, to } of sorted)
    if (from >= ended) {
      trips++;
      ended = to;
    }
  return trips;
}

/**
 * Every row, and its size as an entity: four bytes, its keys and the names of its properties in UTF-16, and eight bytes
 * for each property.
 */
async function storedIn(rows: Rows): Promise<Stored> {
  const stored = { rows: 0, bytes: 0 };
  for await (const { partition, row, value } of everyRow(rows, {
    partition: { from: "", to: "~" },
    prefix: "",
  })) {
    stored.rows++;
    stored.bytes += 4 + 2 * (partition.length + row.length);
    for (const [name, property] of Object.entries(toEntity(value)))
      stored.bytes += 8 + 2 * name.length + sizeOf(property);
  }
  return stored;
}

function sizeOf(property: Property): number {
  if (typeof property === "string") return 4 + 2 * property.length;
  return property instanceof Uint8Array ? 4 + property.length : 8;
}

function delayed(
  url: string,
  latencyMs: number,
  calls: { call: string; from: number; to: number }[],
): ArmAccess {
  const access = onSimulator(url).arm;
  return {
    ...access,
    through: (http) => {
      const inner = access.through(http);
      return {
        sendRequest: async (request) => {
          const from = performance.now();
          const call = `${request.method} ${resourceTypeOf(new URL(request.url).pathname)}`;
          const [response] = await Promise.all([inner.sendRequest(request), sleep(latencyMs)]);
          calls.push({ call, from, to: performance.now() });
          return response;
        },
      };
    },
  };
}

function appOn(access: ArmAccess, rows: Rows) {
  const clients = armClients(access, {});
  const connections = arm(
    clients,
    jsonLog(() => {}, clock),
    clock,
  );
  const azure = { connections, addresses: armAddresses(clients, connections), events: armEvents(clients) };
  return wiredOn(azure, rows);
}
