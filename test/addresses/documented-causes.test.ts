import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cause, CauseName } from "../../src/lib/addresses/causes.ts";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import type { Service } from "../../simulator/estate/world.ts";
import { dayMs, minuteMs } from "../../src/lib/clock.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** The address watch against a simulated Azure with the real clients: the documented causes of changed addresses. */
const group = `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers`;
const subnet = (name: string) => ({
  virtualNetworkConfiguration: {
    subnetResourceId: `${group}/Microsoft.Network/virtualNetworks/vnet-app/subnets/${name}`,
  },
});
const publicIp = (name: string) => `${group}/Microsoft.Network/publicIPAddresses/${name}`;

let workbench: Workbench;
/** Properties of the service before it is first observed. */
async function begin(before: (service: Service) => void = () => {}): Promise<void> {
  const world = smallEstate();
  const [service] = world.services.values();
  if (service === undefined) throw new Error("the estate has no service");
  before(service);
  workbench = await startWorkbench(world);
}
afterEach(() => workbench.stop());

const patch = (body: object) => workbench.owner("PATCH", workbench.orders.id, body);
/** Reports about the first service's addresses. */
const raisedAlerts = () =>
  workbench.alerts.filter(
    ({ type, subject }) =>
      /\.(Address|ServiceGone)/.test(type) && subject.toLowerCase() === workbench.orders.id.toLowerCase(),
  );
const firstCause = () => (raisedAlerts()[0]?.data.causes as readonly Cause[] | undefined)?.[0];
async function checks(times = 2): Promise<void> {
  for (let time = 0; time < times; time++) {
    workbench.pass(15 * minuteMs);
    await workbench.check();
  }
}
const records = async (text = workbench.orders.id) =>
  (await workbench.addresses.baselines.read(serviceIdOf(text))).records;
const history = async (text = workbench.orders.id) =>
  (await workbench.addresses.baselines.history(serviceIdOf(text), { top: 100 })).items.map(
    ({ kind }) => kind,
  );

interface Scenario {
  readonly cause: CauseName;
  readonly before?: (service: Service) => void;
  readonly happens: () => Promise<unknown>;
}
const external = (service: Service) => {
  service.properties = { ...service.properties, virtualNetworkType: "External", ...subnet("snet-a") };
};
const internal = (service: Service) => {
  external(service);
  service.properties = {
    ...service.properties,
    virtualNetworkType: "Internal",
    privateIPAddresses: ["10.20.40.4"],
  };
};

/** One for each documented cause (docs/addresses.md). */
const documented: Readonly<Record<string, Scenario>> = {
  "the service is deleted and made again": {
    cause: "service re-created",
    happens: async () => {
      const { id, sku, location } = workbench.orders;
      await workbench.owner("DELETE", id);
      await workbench.owner("PUT", id, { location, sku });
    },
  },
  "its subscription is suspended and reinstated": {
    cause: "subscription suspended and reinstated",
    happens: async () => {
      workbench.simulator.setSubscriptionState(subscriptions.platform, "Disabled");
      await checks();
      // A suspension may last. It is recorded once, not at every check.
      workbench.pass(10 * dayMs);
      await recheck(workbench.addresses, serviceIdOf(workbench.orders.id));
      expect(await history()).toEqual(["learned", "suspended"]);
      workbench.simulator.setSubscriptionState(subscriptions.platform, "Enabled");
    },
  },
  "it is put into a virtual network": {
    cause: "virtual network added or removed",
    happens: () => patch({ properties: { virtualNetworkType: "External", ...subnet("snet-a") } }),
  },
  "it is taken out of its virtual network": {
    cause: "virtual network added or removed",
    before: internal,
    happens: () => patch({ properties: { virtualNetworkType: "None", virtualNetworkConfiguration: null } }),
  },
  "its virtual network becomes internal": {
    cause: "virtual network mode switched",
    before: external,
    happens: () => patch({ properties: { virtualNetworkType: "Internal" } }),
  },
  "it is moved to another subnet": {
    cause: "subnet moved",
    before: internal,
    happens: () => patch({ properties: subnet("snet-b") }),
  },
  "it is spread over zones": {
    cause: "availability zones changed",
    happens: () => patch({ zones: ["1", "2", "3"] }),
  },
  "it is given another public IP resource": {
    cause: "another public IP resource",
    before: external,
    happens: async () => {
      await workbench.owner("PUT", publicIp("pip-new"), { location: "westeurope" });
      await patch({ properties: { publicIpAddressId: publicIp("pip-new") } });
    },
  },
  "its platform is migrated, which takes another subnet and public IP resource": {
    cause: "platform migrated",
    before: (service) => {
      external(service);
      service.properties = { ...service.properties, platformVersion: "stv1" };
    },
    happens: async () => {
      await workbench.owner("PUT", publicIp("pip-new"), { location: "westeurope" });
      await patch({
        properties: { publicIpAddressId: publicIp("pip-new"), ...subnet("snet-b"), platformVersion: "stv2" },
      });
    },
  },
  "a region is vacated and reinstated": {
    cause: "region vacated and reinstated",
    before: (service) => {
      service.properties = {
        ...service.properties,
        additionalLocations: [
          { location: "North Europe", publicIPAddresses: ["203.0.113.99"], natGatewayState: "Disabled" },
        ],
      };
    },
    happens: async () => {
      await patch({ properties: { additionalLocations: [] } });
      await checks();
      await patch({
        properties: { additionalLocations: [{ location: "North Europe", natGatewayState: "Disabled" }] },
      });
    },
  },
  "a hostname is changed": {
    cause: "hostname updated",
    before: internal,
    happens: () =>
      patch({ properties: { hostnameConfigurations: [{ type: "Proxy", hostName: "api.contoso.example" }] } }),
  },
  "a NAT gateway is put before it": {
    cause: "NAT gateway switched",
    happens: () => patch({ properties: { natGatewayState: "Enabled" } }),
  },
};

describe("a documented cause: one alert, and it ranks that cause first:", () => {
  it.each(Object.entries(documented))("%s", async (_, { cause, before, happens }) => {
    await begin(before);
    await checks(1);
    await happens();
    await checks(3);
    expect(raisedAlerts().map(({ type }) => type)).toEqual(["Drawbridge.AddressDrifted"]);
    expect(firstCause()).toMatchObject({ cause, likelihood: "likely" });
    expect(firstCause()?.for.length).toBeGreaterThan(0);
  });
});

describe("no drift:", () => {
  const list = (addresses: readonly string[]) => {
    workbench.orders.properties = { ...workbench.orders.properties, publicIPAddresses: addresses };
  };

  beforeEach(async () => {
    await begin((service) => {
      const publicIPAddresses = ["203.0.113.10", "2001:db8::1"];
      const outboundPublicIPAddresses = publicIPAddresses;
      service.properties = { ...service.properties, publicIPAddresses, outboundPublicIPAddresses };
    });
    await checks(1);
  });

  it("another order, spelling and location's name", async () => {
    list(["2001:DB8:0:0::1", "203.0.113.10", "203.0.113.10/32"]);
    await checks();
    expect(raisedAlerts()).toEqual([]);
  });

  it("a service that is Updating, whatever it shows", async () => {
    workbench.orders.properties = { ...workbench.orders.properties, provisioningState: "Updating" };
    list(["203.0.113.66"]);
    await checks();
    expect((await records())[0]?.unsettled?.why).toBe("it is Updating");
    list(["203.0.113.10", "2001:db8::1"]);
    workbench.orders.properties = { ...workbench.orders.properties, provisioningState: "Succeeded" };
    await checks();
    expect(raisedAlerts()).toEqual([]);
    expect((await records())[0]?.unsettled).toBeUndefined();
  });

  it.each([
    ["an empty list", []],
    ["none at all", null],
    ["what is no address", ["203.0.113.XXX"]],
  ])("%s, which is unknown and leaves the baseline as it was", async (_, addresses) => {
    workbench.orders.properties = { ...workbench.orders.properties, publicIPAddresses: addresses };
    await checks(3);
    expect(raisedAlerts()).toEqual([]);
    expect((await records()).find(({ kind }) => kind === "public")?.baseline).toEqual([
      "203.0.113.10",
      "2001:db8::1",
    ]);
  });

  it("an inventory that lags behind an acknowledged change", async () => {
    const shown = workbench.orders.properties;
    list(["203.0.113.77"]);
    await checks(1);
    expect(raisedAlerts()).toHaveLength(1);
    list([...(shown.publicIPAddresses ?? [])]);
    workbench.simulator.graph.freeze();
    list(["203.0.113.77"]);
    await checks(3);
    expect(raisedAlerts()).toHaveLength(1);
  });

  it("a new region, which is learned, and a region that is vacated", async () => {
    await patch({
      properties: { additionalLocations: [{ location: "East US 2", natGatewayState: "Disabled" }] },
    });
    await checks();
    expect((await records()).map(({ location }) => location)).toContain("eastus2");
    workbench.simulator.graph.freeze();
    const there = workbench.orders.properties;
    await patch({ properties: { additionalLocations: [] } });
    workbench.simulator.graph.thaw();
    workbench.simulator.graph.freeze();
    workbench.orders.properties = there;
    await checks();
    expect((await records()).filter(({ vacatedAt }) => vacatedAt !== undefined)).toEqual([]);
    workbench.simulator.graph.thaw();
    await patch({ properties: { additionalLocations: [] } });
    // The inventory and the service disagreed, so that the service is compared again after an hour.
    await checks(5);
    await recheck(workbench.addresses, serviceIdOf(workbench.orders.id));
    expect(raisedAlerts()).toEqual([]);
    expect(await history()).toEqual(["learned", "learned", "vacated"]);
    expect((await records()).filter(({ vacatedAt }) => vacatedAt !== undefined)).toHaveLength(3);
  });
});
