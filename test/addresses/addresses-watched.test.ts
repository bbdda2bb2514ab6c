import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cause } from "../../src/lib/addresses/causes.ts";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import type { ServiceId } from "../../src/lib/azure/resource-id.ts";
import { generatedEstate, landingZones } from "../../simulator/estate/generate.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { addressFixture } from "./address-fixture.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Which services are watched, how they are read, and what a check costs. */
let workbench: Workbench;
let id: ServiceId;
beforeEach(async () => {
  workbench = await startWorkbench();
  id = serviceIdOf(workbench.orders.id);
});
afterEach(() => workbench.stop());
const { set, after, alerts, alertTypes, read, kinds, serviceReads } = addressFixture(() => workbench);
const causes = (alert: (typeof workbench.alerts)[number] | undefined) =>
  alert?.data.causes as readonly Cause[];

describe("a tier without addresses of its own", () => {
  it.each(["Consumption", "BasicV2", "StandardV2", "PremiumV2"])(
    "%s is not applicable, which the history records once, with Azure's advice",
    async (name) => {
      workbench.orders.sku = { name, capacity: 1 };
      set("203.0.113.10");
      await after(0);
      set("203.0.113.99");
      await after(15 * minuteMs);
      expect(alertTypes()).toEqual([]);
      const record = (await read(id)).records.find(({ kind }) => kind === "public");
      expect(record).toMatchObject({ current: [], advice: expect.stringContaining("AzureCloud") });
      const { items } = await workbench.addresses.baselines.history(id, { top: 10 });
      expect(items.filter(({ what }) => what.includes("AzureCloud"))).toHaveLength(1);
    },
  );
});

describe("what the inventory does not show:", () => {
  it("a list of a service is read from the service", async () => {
    workbench.simulator.graph.withhold("publicIPAddresses");
    await after(0);
    expect((await read(id)).records.find(({ kind }) => kind === "public")?.baseline).toEqual([
      "203.0.113.10",
    ]);
    set("203.0.113.11");
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
  });

  it("a service is found through its resource provider, and read from then on", async () => {
    workbench.simulator.graph.hide(workbench.orders.id);
    for (let hours = 0; hours <= 21; hours++) await after(hourMs);
    expect(await kinds()).toEqual(["learned"]);
    set("203.0.113.11");
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
  });

  it("a known list that is optional is read from the service once an hour", async () => {
    workbench.orders.properties = {
      ...workbench.orders.properties,
      natGatewayState: "Enabled",
      outboundPublicIPAddresses: ["203.0.113.64/30"],
    };
    await after(0);
    for (const column of ["natGatewayState", "outboundPublicIPAddresses"])
      workbench.simulator.graph.withhold(column);
    const outbound = async () => (await read(id)).records.find(({ kind }) => kind === "outbound");
    const before = serviceReads();
    for (const minutes of [15, 15]) await after(minutes * minuteMs);
    // The estate has two services.
    expect(serviceReads() - before).toBe(2);
    expect(await outbound()).toMatchObject({ current: ["203.0.113.64/30"] });
    expect((await outbound())?.unsettled).toBeUndefined();
    workbench.orders.properties = {
      ...workbench.orders.properties,
      outboundPublicIPAddresses: ["203.0.113.68/30"],
    };
    await after(hourMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
  });

  it("a list that is not in the service's own answer either is unknown, named by each check, and reported after a day", async () => {
    await after(0);
    const there = workbench.orders.properties;
    workbench.orders.properties = { ...there, publicIPAddresses: null };
    workbench.pass(15 * minuteMs);
    expect((await workbench.check()).unread).toEqual([id.text]);
    expect((await read(id)).records.find(({ kind }) => kind === "public")).toMatchObject({
      current: ["203.0.113.10"],
      unsettled: { since: "2026-11-24T08:15:00.000Z" },
    });
    for (let hours = 0; hours < 30; hours++) await after(hourMs);
    expect(alerts()).toMatchObject([
      { type: "Drawbridge.AddressNotJudged", data: { since: "2026-11-24T08:15:00.000Z" } },
    ]);
    workbench.orders.properties = there;
    workbench.pass(15 * minuteMs);
    expect((await workbench.check()).unread).toEqual([]);
    expect(await kinds()).toEqual(["learned", "unknown", "known"]);
  });

  it("a service that is Updating for a day is reported, although the inventory does not change", async () => {
    await after(0);
    workbench.orders.properties = { ...workbench.orders.properties, provisioningState: "Updating" };
    for (let hours = 0; hours < 26; hours++) await after(hourMs);
    expect(alertTypes()).toEqual(["AddressNotJudged"]);
  });

  it("a service is read at every check, also while it has drifted", async () => {
    await after(0);
    workbench.simulator.graph.hide(workbench.orders.id);
    set("203.0.113.11");
    await after(15 * minuteMs);
    set("203.0.113.10");
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressRestored"]);
  });

  it("a service is not gone if the inventory could not be read", async () => {
    await after(0);
    const answer = { status: 200, body: { totalRecords: 0, count: 0, resultTruncated: "false", data: [] } };
    workbench.simulator.faults.add({
      method: "POST",
      path: "/resources",
      after: 0,
      times: 40,
      does: { kind: "answer", answer },
    });
    await after(15 * minuteMs);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual([]);
  });
});

describe("a service that is gone", () => {
  it("raises one alert with its addresses, and returns without an alert if they are the same", async () => {
    await after(0);
    const { properties } = workbench.orders;
    await workbench.owner("DELETE", id.text);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual([]);
    await after(15 * minuteMs);
    const before = serviceReads();
    await after(15 * minuteMs);
    expect(serviceReads()).toBe(before);
    await after(25 * hourMs);
    expect(alertTypes()).toEqual(["ServiceGone"]);
    expect(alerts()[0]?.data).toMatchObject({
      addresses: [{ kind: "public", current: ["203.0.113.10"] }],
    });
    workbench.simulator.world.services.set(id.text.toLowerCase(), { ...workbench.orders, properties });
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["ServiceGone"]);
    expect(await kinds()).toEqual(["learned", "gone", "back"]);
  });

  it("is not reported within a minute, however often it is read", async () => {
    await after(0);
    await workbench.owner("DELETE", id.text);
    for (let times = 0; times < 3; times++) await recheck(workbench.addresses, id);
    expect(alertTypes()).toEqual([]);
    workbench.pass(2 * minuteMs);
    await recheck(workbench.addresses, id);
    expect(alertTypes()).toEqual(["ServiceGone"]);
  });

  it("needs two answers again if it returned in between", async () => {
    await after(0);
    const there = workbench.orders;
    await workbench.owner("DELETE", id.text);
    await after(15 * minuteMs);
    workbench.simulator.world.services.set(id.text.toLowerCase(), there);
    await after(15 * minuteMs);
    await workbench.owner("DELETE", id.text);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual([]);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["ServiceGone"]);
  });

  it("and re-created with other addresses has drifted for that reason", async () => {
    await after(0);
    const { sku, location } = workbench.orders;
    await workbench.owner("DELETE", id.text);
    await after(15 * minuteMs);
    await after(15 * minuteMs);
    await workbench.owner("PUT", id.text, { sku, location });
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["ServiceGone", "AddressDrifted"]);
    expect(causes(alerts()[1])[0]).toMatchObject({ cause: "service re-created", likelihood: "likely" });
  });
});

describe("a service that is not governed any more", () => {
  it("is not watched, until it is governed again", async () => {
    await after(0);
    const without = workbench.under({ scope: { exclude: [id.text.toLowerCase()] } });
    await after(15 * minuteMs, without);
    set("203.0.113.11");
    await after(15 * minuteMs, without);
    expect(alertTypes()).toEqual([]);
    expect(await kinds()).toEqual(["learned", "left"]);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
  });
});

describe("the cost of a check", () => {
  it("over 10,000 services is ten pages of the inventory, two queries, and a read for each drift", async () => {
    await workbench.stop();
    const world = generatedEstate({ services: 10_000, subscriptions: 10, pending: 0, approved: 0, seed: 3 });
    const hosts = [...world.subscriptions.keys()].filter((each) => !landingZones.includes(each));
    workbench = (await startWorkbench(world)).under({ landingZones, scope: { subscriptions: hosts } });
    await workbench.check();
    const services = [...world.services.values()];
    for (const service of services.slice(0, 10))
      service.properties = { ...service.properties, publicIPAddresses: ["203.0.113.200"] };
    workbench.pass(15 * minuteMs);
    const [before, own] = [workbench.simulator.seen.length, serviceReads()];
    const checked = await workbench.check();
    expect(checked).toMatchObject({ services: 10_000, compared: 10, unread: [] });
    expect(serviceReads() - own).toBe(10);
    // The subscriptions, and the system topics, since events of no subscription arrive yet.
    const queries = 2;
    expect(workbench.simulator.seen.length - before).toBe(10 + queries + 10);
    expect(alertTypes()).toHaveLength(10);
    workbench.pass(15 * minuteMs);
    const quiet = workbench.simulator.seen.length;
    expect(await workbench.check()).toMatchObject({ compared: 0 });
    expect(workbench.simulator.seen.length - quiet).toBe(10 + queries);
  });
});
