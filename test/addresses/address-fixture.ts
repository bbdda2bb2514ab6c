import { acknowledge } from "../../src/lib/addresses/acknowledge.ts";
import type { AddressRecord } from "../../src/lib/addresses/model/baseline.ts";
import type { PublicIpId, ServiceId } from "../../src/lib/azure/resource-id.ts";
import { serviceIdOf } from "../ids.ts";
import type { Workbench } from "../workbench.ts";

/**
 * Helpers of the address tests for a workbench and its first service. `workbench` is called each time, since each test
 * has its own.
 */
export function addressFixture(workbench: () => Workbench) {
  const firstService = () => serviceIdOf(workbench().orders.id);
  const baselines = () => workbench().addresses.baselines;
  const alerts = () => workbench().alerts.filter(({ type }) => /\.(Address|ServiceGone)/.test(type));
  const history = async (resource: ServiceId | PublicIpId = firstService()) =>
    (await baselines().history(resource, { top: 100 })).items;
  return {
    /** Sets the service's public addresses. */
    set: (...addresses: string[]): void => {
      const { orders } = workbench();
      orders.properties = { ...orders.properties, publicIPAddresses: addresses };
    },
    /** Sets them, and as the outbound ones the same: so the recorded services without a NAT gateway list them. */
    setWithOutbound: (...addresses: string[]): void => {
      const { orders } = workbench();
      const both = { publicIPAddresses: addresses, outboundPublicIPAddresses: addresses };
      orders.properties = { ...orders.properties, ...both };
    },
    /** Lets time pass, and checks the addresses. */
    after: async (ms: number, on = workbench()): Promise<void> => {
      workbench().pass(ms);
      await on.check();
    },
    alerts,
    /** The types of the alerts about addresses, without their prefix. */
    alertTypes: () => alerts().map(({ type }) => type.slice("Drawbridge.".length)),
    read: (resource: ServiceId | PublicIpId) => baselines().read(resource),
    publicRecord: async (resource: ServiceId = firstService()): Promise<AddressRecord | undefined> =>
      (await baselines().read(resource)).records.find(({ kind }) => kind === "public"),
    history,
    kinds: async (resource?: ServiceId | PublicIpId) => (await history(resource)).map(({ kind }) => kind),
    acknowledgeAddresses: (addresses: readonly string[], more: object = {}) =>
      acknowledge(workbench().addresses, {
        resource: firstService(),
        addresses,
        by: "ana",
        reason: "planned",
        ...more,
      }),
    /** Number of reads of individual services that ARM received. */
    serviceReads: () => workbench().simulator.seen.filter(({ path }) => path.includes("/service/")).length,
  };
}
