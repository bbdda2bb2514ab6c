import type { AddressAzure, ServiceAnswer } from "../../src/lib/addresses/azure-addresses.ts";
import type { AddressRecord, Baselines } from "../../src/lib/addresses/model/baseline.ts";
import type { Read } from "../../src/lib/estate/read.ts";
import type { AddressServices } from "../../src/lib/addresses/services.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import { simulatedRoutes } from "./app.ts";
import { withoutEtags, type Plant, type PlantedBug } from "./planted-bug.ts";

type Change = (services: AddressServices) => Partial<AddressServices>;

const onAddresses =
  (change: Change): Plant =>
  (services) => ({
    ...services,
    addresses: { ...services.addresses, ...change(services.addresses) },
  });

const answering = (change: (azure: AddressAzure) => Partial<AddressAzure>): Plant =>
  onAddresses(({ azure }) => ({ azure: { ...azure, ...change(azure) } }));

const revising = (change: (record: AddressRecord) => AddressRecord): Plant =>
  onAddresses(({ baselines }) => ({
    baselines: {
      ...baselines,
      revise: (resource, revision) =>
        baselines.revise(resource, { ...revision, records: revision.records.map(change) }),
    } satisfies Baselines,
  }));

/** Mistakes in the handling of addresses. */
export const plantedInAddresses: readonly PlantedBug[] = [
  {
    name: "an empty answer is treated as a service without addresses",
    invariant: "I11 baseline",
    seed: 53,
    options: {
      plant: answering((azure) => ({
        service: async (id) => emptied(await azure.service(id)),
        services: async (...asked) => {
          const page = await azure.services(...asked);
          if (page.kind === "unknown") return page;
          return { kind: "known", value: { ...page.value, items: page.value.items.map(asShared) } };
        },
      })),
    },
  },
  {
    name: "locations that an answer lacks are treated as vacated",
    invariant: "I11 baseline",
    seed: 4,
    options: {
      readdressed: 20,
      plant: answering((azure) => ({
        service: async (id) => {
          const read = await azure.service(id);
          return read.kind === "unknown" ? read : { kind: "known", value: withoutOthers(read.value) };
        },
      })),
    },
  },
  {
    name: "the observed addresses become the baseline",
    invariant: "I11 baseline",
    options: {
      plant: revising(({ drift: _, ...record }) => ({ ...record, baseline: record.current })),
    },
  },
  {
    name: "the inventory confirms itself",
    invariant: "I11 baseline",
    seed: 37,
    options: {
      plant: answering((azure) => {
        const shown = new Map<string, ServiceAnswer>();
        return {
          services: async (...asked) => {
            const page = await azure.services(...asked);
            if (page.kind === "known") for (const each of page.value.items) shown.set(each.id.text, each);
            return page;
          },
          service: (id) => {
            const answer = shown.get(id.text);
            return answer === undefined
              ? azure.service(id)
              : Promise.resolve({ kind: "known", value: answer });
          },
        };
      }),
    },
  },
  {
    name: "addresses of a service that is Updating are compared",
    invariant: "I11 baseline",
    options: {
      readdressed: 20,
      plant: answering((azure) => ({
        services: async (...asked) => {
          const page = await azure.services(...asked);
          if (page.kind === "unknown") return page;
          const items = page.value.items.map((each) => ({ ...each, provisioningState: "Succeeded" }));
          return { kind: "known", value: { ...page.value, items } };
        },
        service: async (id) => {
          const read = await azure.service(id);
          if (read.kind === "unknown" || read.value.provisioningState === "Succeeded") return read;
          // Azure may show any addresses while a service is Updating.
          const places = read.value.places.map((place) => ({ ...place, publicAddresses: ["192.0.2.66"] }));
          return { kind: "known", value: { ...read.value, provisioningState: "Succeeded", places } };
        },
      })),
    },
  },
  {
    name: "every flap raises an alert",
    invariant: "I11 baseline",
    seed: 8,
    options: {
      readdressed: 40,
      plant: revising(({ reportedDrifts: _, ...record }) => record),
    },
  },
  {
    name: "a drift is noticed but not written",
    invariant: "I6 nothing lost",
    options: {
      readdressed: 12,
      ways: { lost: 1, copies: 1, lateMs: 1_000, forged: 0 },
      plant: onAddresses(({ baselines }) => ({
        baselines: {
          ...baselines,
          revise: async (resource, revision) => {
            if (revision.records.every(({ drift }) => drift === undefined))
              await baselines.revise(resource, revision);
          },
        },
      })),
    },
  },
  {
    name: "baselines are written without an etag",
    invariant: "I11 baseline",
    options: {
      readdressed: 40,
      plant: (services, running) => ({
        ...services,
        addresses: {
          ...services.addresses,
          baselines: rowsBaselines(
            {
              ...running.distant,
              commit: (partition, writes) =>
                withoutEtags(running.distant, partition, writes, /^(address|change|outbox|alert)/),
            },
            simulatedRoutes,
          ),
        },
      }),
    },
  },
];

/** The answer without its additional locations, and without a sign that they are missing. */
function withoutOthers({ placesIncomplete: _, places, ...answer }: ServiceAnswer): ServiceAnswer {
  return { ...answer, places: places.slice(0, 1) };
}

function asShared(answer: ServiceAnswer): ServiceAnswer {
  const isEmpty = answer.places.some(({ publicAddresses }) => publicAddresses?.length === 0);
  return isEmpty ? { ...answer, sku: "Consumption" } : answer;
}

function emptied(read: Read<ServiceAnswer>): Read<ServiceAnswer> {
  return read.kind === "unknown" ? read : { kind: "known", value: asShared(read.value) };
}
