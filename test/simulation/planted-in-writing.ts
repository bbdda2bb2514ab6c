import type { Alert } from "../../src/lib/alerts/alert.ts";
import { knownRead, mapRead } from "../../src/lib/estate/read.ts";
import { RowConflict } from "../../src/lib/state/rows.ts";
import { active } from "./actors.ts";
import { byChance } from "./faults.ts";
import { onAzure, onLedger, forgetting, onRows, withoutEtags, type PlantedBug } from "./planted-bug.ts";
import { manyInstances, profiles } from "./profiles.ts";

/** Mistakes in writes, counts, alerts and their timing. */
export const plantedInWriting: readonly PlantedBug[] = [
  {
    name: "updates name no etag",
    invariant: "I5 fencing",
    options: {
      plant: onRows((rows) => ({
        ...rows,
        commit: (partition, writes) => withoutEtags(rows, partition, writes, /^connection-/),
      })),
    },
  },
  {
    name: "the head of the chain is replaced without an etag",
    invariant: "I1 justified",
    seed: 50,
    options: {
      ...profiles.rush,
      plant: onRows((rows) => ({
        ...rows,
        commit: (partition, writes) =>
          withoutEtags(rows, partition, writes, /^(head|decision-|connection-|outbox-|alert-)/),
      })),
    },
  },
  {
    name: "a 412 is swallowed",
    invariant: "I9 audit",
    seed: 23,
    options: {
      plant: onRows((rows) => ({
        ...rows,
        commit: async (partition, writes) => {
          try {
            return await rows.commit(partition, writes);
          } catch (error) {
            if (!(error instanceof RowConflict)) throw error;
            return writes.map(() => "somebody's");
          }
        },
      })),
    },
  },
  {
    name: "an alert is delivered before its row is written",
    invariant: "I8 alerts",
    seed: 31,
    options: {
      plant: (services, running) =>
        onRows((rows) => ({
          ...rows,
          commit: async (partition, writes) => {
            for (const { row, value } of writes)
              if (row.startsWith("outbox-"))
                for (const sink of services.delivery.sinks) await sink.send(value as never).catch(() => {});
            return rows.commit(partition, writes);
          },
        }))(services, running),
    },
  },
  {
    name: "a second PUT is sent while the first is under way",
    invariant: "I20 one write",
    seed: 34,
    options: {
      // The Updating state of the service would prevent the second PUT.
      plant: (services, running) => {
        const still = onAzure((azure) => ({
          service: async (id) =>
            mapRead(await azure.service(id), (service) => ({
              ...service,
              provisioningState: knownRead("Succeeded"),
            })),
        }));
        return forgetting("write", "waitingSince")(still(services, running), running);
      },
    },
  },
  {
    name: "two connections of a service are written at once",
    invariant: "I20 one write",
    seed: 2,
    options: {
      ...profiles.rush,
      plant: onLedger((ledger) => ({
        head: async (service) => {
          const { writeLock: _, ...head } = await ledger.head(service);
          return head;
        },
        saveWithWriteLock: (record) => ledger.save(record),
      })),
    },
  },
  {
    name: "the message of an error is logged",
    invariant: "I14 secrets",
    options: {
      plant: onLedger((ledger, services) => ({
        find: (id) =>
          ledger.find(id).catch((error: unknown) => {
            services.log.error("the record could not be read", { error: String(error) });
            throw error;
          }),
      })),
    },
  },
  {
    name: "an alert is dropped after three tries",
    invariant: "I8 alerts",
    seed: 6,
    options: {
      plant: (services) => {
        const tries = new Map<string, number>();
        const send = async (alert: Alert) => {
          const count = (tries.get(alert.id) ?? 0) + 1;
          tries.set(alert.id, count);
          if (count <= 3) throw new Error("the sink is down");
        };
        const sinks = services.delivery.sinks.map((sink) =>
          sink.inProcess === true ? sink : { ...sink, send },
        );
        return { ...services, delivery: { ...services.delivery, sinks } };
      },
    },
  },
  {
    name: "a sweep that is late is skipped",
    invariant: "I6 nothing lost",
    options: { ticks: (lateMs) => lateMs <= 1 },
  },
  {
    name: "Retry-After has no upper bound",
    invariant: "I6 nothing lost",
    seed: 8,
    options: {
      plant: onLedger((ledger) => ({
        saveWithWriteLock: (record, until) =>
          ledger.saveWithWriteLock(
            record.difficulty?.startsWith("Azure was busy") === true && record.nextAt !== undefined
              ? { ...record, nextAt: "2036-01-01T00:00:00.000Z" }
              : record,
            until,
          ),
      })),
    },
  },
  {
    name: "a lease is taken although another attempt holds it",
    invariant: "I5 fencing",
    options: {
      plant: forgetting("lease"),
    },
  },
  {
    name: "limits count only what Azure shows",
    invariant: "I16 places",
    seed: 37,
    options: {
      // In other profiles two attempts rarely decide on the last place at once, by a list of Azure that is stale.
      ...profiles.rush,
      forMs: 5_000,
      act: active({ requests: 24, automatic: 0, people: 0 }),
      faults: (chance) => byChance(chance, 0.1, { stale: 0.3 }),
      operations: [0],
      plant: onLedger((ledger) => ({
        connections: async (filter, page) => {
          const found = await ledger.connections(filter, page);
          return { ...found, items: found.items.filter(({ state }) => state !== "Approved") };
        },
        head: async (service) => ({ ...(await ledger.head(service)), reservations: [] }),
        append: async (record, entry, next) => {
          const { reservations } = await ledger.head(record.id.service);
          return ledger.append(record, entry, next, reservations);
        },
      })),
    },
  },
  {
    name: "each process has a quota of its own",
    invariant: "I12 quota",
    seed: 23,
    options: { ...manyInstances(40), quota: "own" },
  },
  {
    name: "each process has a limit of approvals of its own",
    invariant: "I12 quota",
    options: {
      rateLimits: { approvalsPerHour: 2, requestsPerHour: 1_000, revocationsPerRun: 5 },
      plant: (services) => ({
        ...services,
        breakers: {
          ...services.breakers,
          acquireApproval: () =>
            Promise.resolve({ kind: "permit", acquiredAt: services.clock.now() } as const),
        },
      }),
    },
  },
];
