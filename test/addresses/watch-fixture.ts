import {
  parsePublicIpId,
  parseServiceId,
  type PublicIpId,
  type ServiceId,
} from "../../src/lib/azure/resource-id.ts";
import type { PublicIpAnswer, ServiceAnswer } from "../../src/lib/addresses/azure-addresses.ts";
import type { Addressed, Baselines } from "../../src/lib/addresses/model/baseline.ts";
import { knownRead, unknownRead, type Read } from "../../src/lib/estate/read.ts";
import type { AddressServices } from "../../src/lib/addresses/services.ts";
import { rowsAddressDigests } from "../../src/lib/state/address-digests.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";

/** Tests of the address watch on rows in memory, with the answers of Azure that a test writes down. */

const subscription = "11111111-1111-4111-8111-111111111111";
const group = `/subscriptions/${subscription}/resourceGroups/rg/providers`;
export const service = parseServiceId(`${group}/Microsoft.ApiManagement/service/a`) as ServiceId;
export const publicIp = parsePublicIpId(`${group}/Microsoft.Network/publicIPAddresses/p`) as PublicIpId;

export function answer(...publicAddresses: string[]): ServiceAnswer {
  return {
    id: service,
    tags: knownRead({}),
    sku: "Premium",
    provisioningState: "Succeeded",
    virtualNetworkType: "None",
    places: [{ location: "westeurope", publicAddresses, natGatewayState: "Disabled" }],
  };
}

export function watchFixture() {
  const rows = memoryRows();
  const fixture = {
    now: new Date("2026-11-24T08:00:00.000Z"),
    /** What the service's own answers are, one after another; the last one stays. */
    answers: [] as Read<ServiceAnswer>[],
    publicIp: unknownRead("not-found") as Read<PublicIpAnswer>,
    reads: 0,
    announced: [] as Addressed[],
    /** What happens before a revision is written. */
    beforeRevision: undefined as ((baselines: Baselines) => Promise<void>) | undefined,
  };
  const baselines = rowsBaselines(rows, () => ["log"]);
  const services = {
    azure: {
      service: () => {
        fixture.reads += 1;
        const read = fixture.answers.length > 1 ? fixture.answers.shift() : fixture.answers[0];
        return Promise.resolve(read ?? unknownRead("failed"));
      },
      publicIp: () => Promise.resolve(fixture.publicIp),
      subscriptions: () => Promise.resolve(unknownRead("failed")),
    },
    baselines: {
      ...baselines,
      revise: async (...revision: Parameters<Baselines["revise"]>) => {
        await fixture.beforeRevision?.(baselines);
        await baselines.revise(...revision);
      },
    },
    digests: rowsAddressDigests(rows),
    declared: new Map(),
    scope: {
      subscriptions: [subscription],
      resourceGroups: [],
      ids: [],
      managementGroups: [],
      tags: [],
      exclude: [],
    },
    watch: { ids: [], tags: [] },
    alerts: {
      announce: (resource: Addressed) => {
        fixture.announced.push(resource);
        return Promise.resolve();
      },
    },
    clock: { now: () => fixture.now },
  } as unknown as AddressServices;
  return Object.assign(fixture, {
    rows,
    services,
    pass: (ms: number) => (fixture.now = new Date(fixture.now.getTime() + ms)),
    records: async () => (await baselines.read(service)).records,
    kinds: async () => (await baselines.history(service, { top: 100 })).items.map(({ kind }) => kind),
  });
}

export type WatchFixture = ReturnType<typeof watchFixture>;
