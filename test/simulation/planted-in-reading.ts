import type { Azure, Connection, Endpoint } from "../../src/lib/connections/azure-connections.ts";
import { knownRead } from "../../src/lib/estate/read.ts";
import { digestOf } from "../../src/lib/connections/sweep/digest.ts";
import { defined } from "../../src/lib/azure/defined.ts";
import { asPending, onAzure, type PlantedBug } from "./planted-bug.ts";

/** Mistakes in the interpretation of Azure's answers. */
export const plantedInReading: readonly PlantedBug[] = [
  {
    name: "the connection is not read again before the PUT",
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
    name: "an event is trusted for the state",
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
    name: "an empty answer is treated as Pending",
    invariant: "I3 Pending only",
    seed: 3,
    options: {
      plant: onAzure((azure) => {
        const last = new Map<string, Connection>();
        return {
          connection: async (id) => {
            const read = await azure.connection(id);
            if (read.kind === "known") last.set(id.text, read.value);
            if (read.kind === "known" || read.reason === "not-found") return read;
            return asPending(last.get(id.text) ?? { id, armId: id.text });
          },
        };
      }),
    },
  },
  {
    name: "an endpoint that may not be read is treated as one of ours",
    invariant: "I2 fail closed",
    seed: 2,
    options: {
      plant: onAzure((azure) => ({
        endpoint: async (id) => {
          const read = await azure.endpoint(id);
          if (read.kind === "known" || read.reason !== "forbidden") return read;
          const group = id.text.split("/privateEndpoints/")[0] ?? "";
          const value: Endpoint = {
            id,
            etag: "1",
            location: knownRead("westeurope"),
            tags: knownRead({}),
            subnetId: knownRead(`${group}/virtualNetworks/vnet/subnets/snet-endpoints`),
            privateAddresses: knownRead([]),
            applicationSecurityGroups: knownRead([]),
            targets: knownRead([]),
          };
          return { kind: "known", value };
        },
      })),
    },
  },
  {
    name: "a connection is identified by its name alone",
    invariant: "I19 identity",
    seed: 24,
    options: {
      plant: onAzure((azure, { ledger }) => ({
        connection: async (id) => {
          const read = await azure.connection(id);
          const { endpointId, decisionId } = (await ledger.find(id)) ?? {};
          if (read.kind === "unknown" || endpointId === undefined) return read;
          const description =
            decisionId === undefined ? read.value.description : `drawbridge ${decisionId}: approved`;
          return { kind: "known", value: { ...read.value, ...defined({ endpointId, description }) } };
        },
      })),
    },
  },
  {
    name: "the opposite state is sent after an unclear answer",
    invariant: "I10 look, don't guess",
    seed: 24,
    options: {
      plant: onAzure((azure) => ({
        setState: async (connection, state, description) => {
          const outcome = await azure.setState(connection, state, description);
          if (outcome.kind !== "unclear") return outcome;
          return azure.setState(connection, state === "Approved" ? "Rejected" : "Approved", description);
        },
      })),
    },
  },
  {
    name: "an approval is recorded as done when Azure accepts the request",
    invariant: "I10 look, don't guess",
    seed: 22,
    options: {
      plant: onAzure((azure) => {
        const asked = new Map<string, Connection["state"]>();
        return {
          setState: async (connection, state, description) => {
            const outcome = await azure.setState(connection, state, description);
            if (outcome.kind === "accepted") asked.set(connection.id.text, state);
            return outcome;
          },
          connection: async (id) => {
            const state = asked.get(id.text);
            asked.delete(id.text);
            return state === undefined
              ? azure.connection(id)
              : { kind: "known", value: { ...asPending({ id }).value, state } };
          },
        };
      }),
    },
  },
  {
    name: "a service is marked as explained when the inventory shows it",
    invariant: "I6 nothing lost",
    seed: 48,
    options: {
      ways: { lost: 1, copies: 1, lateMs: 1_000, forged: 0 },
      plant: onAzure((azure, { digests }) => ({
        inventory: async (...asked) => {
          const page = await azure.inventory(...asked);
          if (page.kind === "unknown") return page;
          const known = await digests.all();
          for (const { id, connections } of page.value.items)
            await digests.markCurrent(id, digestOf(connections ?? []), known.get(digests.keyOf(id))?.doubts);
          return page;
        },
      })),
    },
  },
];
