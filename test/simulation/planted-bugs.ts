import type { Azure, Connection, Endpoint } from "../../src/lib/connections/azure.ts";
import { digestOf } from "../../src/lib/connections/sweep/digest.ts";
import { RowConflict, type Rows, type Write } from "../../src/lib/state/rows.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { rowsDigests } from "../../src/lib/state/digests.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import type { Services } from "../../src/services.ts";
import type { Options, Running } from "./run.ts";

/** A mistake that this code, or code like it, could well have; and the invariant that has to notice it. */
export interface PlantedBug {
  readonly name: string;
  readonly invariant: string;
  readonly options: Partial<Options>;
}

type Plant = Options["plant"];

/** The services on another table, as if the code below them were wrong. */
const onRows =
  (change: (rows: Rows, running: Running) => Rows): Plant =>
  (services, running) => {
    const rows = change(services.rows, running);
    const { clock } = services;
    return {
      ...services,
      rows,
      appState: rowsAppState(rows, ["log"]),
      ledger: rowsLedger(rows, ["log"], clock),
      digests: rowsDigests(rows),
      outbox: rowsOutbox(rows),
    };
  };

const onAzure =
  (change: (azure: Azure, services: Services, running: Running) => Partial<Azure>): Plant =>
  (services, running) => ({
    ...services,
    azure: { ...services.azure, ...change(services.azure, services, running) },
  });

/** Replaces whatever is there, as the SDK does where no etag is named. */
async function withoutEtags(
  rows: Rows,
  partition: string,
  writes: readonly Write[],
  which: RegExp,
): Promise<readonly string[]> {
  for (;;) {
    const now = await Promise.all(writes.map(({ row }) => rows.read({ partition, row })));
    const forced = writes.map((write, index): Write => {
      const found = now[index];
      if (!which.test(write.row) || found === undefined) return write;
      return { kind: "replace", row: write.row, value: write.value, etag: found.etag };
    });
    try {
      return await rows.commit(partition, forced);
    } catch (error) {
      if (!(error instanceof RowConflict) || !writes.every(({ row }) => which.test(row))) throw error;
    }
  }
}

const asPending = (connection: Omit<Connection, "state">): { kind: "known"; value: Connection } => ({
  kind: "known",
  value: { ...connection, state: "Pending" },
});

export const plantedBugs: readonly PlantedBug[] = [
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
    name: "the head of the chain is replaced whatever it is",
    invariant: "I1 justified",
    options: {
      plant: onRows((rows) => ({
        ...rows,
        commit: (partition, writes) =>
          withoutEtags(rows, partition, writes, /^(head|decision-|connection-|outbox-)/),
      })),
    },
  },
  {
    name: "nothing is read again before the PUT",
    invariant: "I3 Pending only",
    options: {
      plant: onAzure((azure, _, { sim }) => {
        const read = new Map<string, ReturnType<Azure["connection"]>>();
        return {
          connection: (id) => {
            const key = `${sim.invocation().id} ${id.text}`;
            const found = read.get(key) ?? azure.connection(id);
            read.set(key, found);
            return found;
          },
        };
      }),
    },
  },
  {
    name: "an event's word is taken for the state",
    invariant: "I3 Pending only",
    options: {
      plant: onAzure((azure) => ({
        connection: async (id) => {
          const read = await azure.connection(id);
          return read.kind === "known" ? asPending(read.value) : read;
        },
      })),
    },
  },
  {
    name: "an answer without anything in it is taken for Pending",
    invariant: "I3 Pending only",
    options: {
      plant: onAzure((azure) => {
        const last = new Map<string, Connection>();
        return {
          connection: async (id) => {
            const read = await azure.connection(id);
            if (read.kind === "known") last.set(id.text, read.value);
            if (read.kind === "known" || read.reason === "not-found") return read;
            return asPending(last.get(id.text) ?? { id });
          },
        };
      }),
    },
  },
  {
    name: "an endpoint that may not be read is taken for one of ours",
    invariant: "I2 fail closed",
    options: {
      plant: onAzure((azure) => ({
        endpoint: async (id) => {
          const read = await azure.endpoint(id);
          if (read.kind === "known" || read.reason !== "forbidden") return read;
          const group = id.text.split("/privateEndpoints/")[0] ?? "";
          const value: Endpoint = {
            id,
            etag: "1",
            subnetId: `${group}/virtualNetworks/vnet/subnets/snet-endpoints`,
            privateAddresses: [],
            applicationSecurityGroups: [],
            manual: true,
          };
          return { kind: "known", value };
        },
      })),
    },
  },
  {
    name: "a 412 is swallowed",
    invariant: "I9 audit",
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
    name: "the opposite is sent when an answer does not come",
    invariant: "I10 look, don't guess",
    options: {
      plant: onAzure((azure) => ({
        setState: async (id, state, description) => {
          const outcome = await azure.setState(id, state, description);
          if (outcome.kind !== "unclear") return outcome;
          return azure.setState(id, state === "Approved" ? "Rejected" : "Approved", description);
        },
      })),
    },
  },
  {
    name: "people are told before it is written",
    invariant: "I8 alerts",
    options: {
      plant: (services, running) =>
        onRows((rows) => ({
          ...rows,
          commit: async (partition, writes) => {
            for (const { row, value } of writes)
              if (row.startsWith("outbox-"))
                for (const sink of services.sinks) await sink.tell(value as never).catch(() => {});
            return rows.commit(partition, writes);
          },
        }))(services, running),
    },
  },
  {
    name: "an alert is given up after three tries",
    invariant: "I8 alerts",
    options: {
      plant: (services) => {
        const tries = new Map<string, number>();
        const [sink] = services.sinks;
        if (sink === undefined) return services;
        const tell: typeof sink.tell = async (alert) => {
          const count = (tries.get(alert.id) ?? 0) + 1;
          tries.set(alert.id, count);
          if (count <= 3) throw new Error("the sink is down");
        };
        return { ...services, sinks: [{ ...sink, tell }] };
      },
    },
  },
  {
    name: "a sweep that is late is skipped",
    invariant: "I6 nothing lost",
    options: { ticks: (lateMs) => lateMs <= 1 },
  },
  {
    name: "Retry-After is believed however long it is",
    invariant: "I6 nothing lost",
    options: {
      plant: (services) => ({
        ...services,
        ledger: {
          ...services.ledger,
          save: (record) =>
            services.ledger.save(
              record.difficulty?.startsWith("Azure was busy") === true && record.nextAt !== undefined
                ? { ...record, nextAt: "2036-01-01T00:00:00.000Z" }
                : record,
            ),
        },
      }),
    },
  },
  {
    name: "a lease is judged by the clock, and taken whoever has it",
    invariant: "I5 fencing",
    options: {
      plant: (services) => ({
        ...services,
        ledger: {
          ...services.ledger,
          find: async (id) => {
            const found = await services.ledger.find(id);
            if (found?.lease === undefined) return found;
            const { lease: _, ...free } = found;
            return free;
          },
        },
      }),
    },
  },
  {
    name: "limits count what Azure shows and nothing else",
    invariant: "I16 places",
    options: {
      plant: (services) => ({
        ...services,
        ledger: {
          ...services.ledger,
          head: async (service) => ({ ...(await services.ledger.head(service)), promised: [] }),
          append: async (record, entry, next) => {
            const { promised } = await services.ledger.head(record.id.service);
            return services.ledger.append(record, entry, next, promised);
          },
        },
      }),
    },
  },
  {
    name: "an approval is taken for done when Azure has taken the request",
    invariant: "I10 look, don't guess",
    options: {
      plant: onAzure((azure) => {
        const asked = new Map<string, Connection["state"]>();
        return {
          setState: async (id, state, description) => {
            const outcome = await azure.setState(id, state, description);
            if (outcome.kind === "accepted") asked.set(id.text, state);
            return outcome;
          },
          connection: async (id) => {
            const state = asked.get(id.text);
            asked.delete(id.text);
            return state === undefined
              ? azure.connection(id)
              : { kind: "known", value: { id, state, description: "drawbridge" } };
          },
        };
      }),
    },
  },
  {
    name: "the cap of approvals is for each process",
    invariant: "I12 quota",
    options: {
      ceilings: { approvalsPerHour: 2, requestsPerHour: 1_000 },
      plant: (services) => ({
        ...services,
        breakers: { ...services.breakers, admitApproval: () => Promise.resolve(undefined) },
      }),
    },
  },
  {
    name: "what the inventory shows is explained when it is seen",
    invariant: "I6 nothing lost",
    options: {
      ways: { lost: 1, copies: 1, lateMs: 1_000, forged: 0 },
      plant: onAzure((azure, { digests }) => ({
        inventory: async (...asked) => {
          const page = await azure.inventory(...asked);
          if (page.kind === "unknown") return page;
          const known = await digests.all();
          for (const { id, connections } of page.value.services)
            await digests.explain(id, digestOf(connections ?? []), known.get(digests.keyOf(id))?.doubts);
          return page;
        },
      })),
    },
  },
];
