import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import type { ConnectionRecord } from "../../src/lib/connections/record/connection-record.ts";
import { NotQueued } from "../../src/lib/connections/review-queue.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import { id, leastRecord, now } from "./records.ts";

/** Another connection of the same service. */
export const otherId: ConnectionId = {
  ...id,
  text: `${id.text}-2`,
  connectionName: `${id.connectionName}-2`,
};

/** Tests of the parts of a review: on rows in memory, at a time that a test may move. */
export function reviewBench() {
  const rows = memoryRows();
  const world = { now, isQueueFull: false };
  const clock = { now: () => world.now };
  const logged: string[] = [];
  /** What was queued: the connection's name, and the delay in milliseconds. */
  const queued: [string, number][] = [];
  const services = {
    ledger: rowsLedger(rows, () => ["log"], clock),
    clock,
    log: jsonLog((line) => logged.push((JSON.parse(line) as { message: string }).message), clock),
    reviewQueue: {
      sendLater: ({ connectionName }: ConnectionId, delayMs: number) => {
        if (world.isQueueFull) return Promise.reject(new NotQueued("the queue is full"));
        queued.push([connectionName, delayMs]);
        return Promise.resolve();
      },
    },
  };
  return {
    rows,
    world,
    services,
    logged,
    queued,
    /** Stores a record. What is given is changed of the least one. */
    stored: (more: Partial<ConnectionRecord> = {}) => {
      const { version: _, ...record } = { ...leastRecord("Decided"), ...more };
      return services.ledger.add(record);
    },
    /** The entries of the service's chain, the oldest first. */
    entries: async () =>
      (await services.ledger.entries({ service: id.service }, { top: 100 })).items.toReversed(),
    /** The types of the service's alerts, with their reasons. */
    alerts: async () => {
      const undelivered = await rowsOutbox(rows).undelivered(id.service);
      return undelivered.map(({ alert }) => `${alert.type}: ${String(alert.data.reason)}`);
    },
    lock: async () => (await services.ledger.head(id.service)).writeLock,
  };
}

export type ReviewBench = ReturnType<typeof reviewBench>;
