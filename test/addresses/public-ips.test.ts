import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cause } from "../../src/lib/addresses/causes.ts";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import type { ServiceId } from "../../src/lib/azure/resource-id.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { addressFixture } from "./address-fixture.ts";
import { publicIpIdOf, serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Public IP resources, watched independently or behind a service, and the events about them. */
let workbench: Workbench;
let id: ServiceId;
beforeEach(async () => {
  workbench = await startWorkbench();
  id = serviceIdOf(workbench.orders.id);
});
afterEach(() => workbench.stop());
const { set, after, alerts, alertTypes, read, kinds } = addressFixture(() => workbench);
const group = `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.Network`;
const pip = `${group}/publicIPAddresses/pip-edge`;
const causes = (alert: (typeof workbench.alerts)[number] | undefined) =>
  alert?.data.causes as readonly Cause[];

describe("public IP resources", () => {
  const watching = () => workbench.under({ watch: { ids: [publicIpIdOf(pip)] } });
  const make = (tags: object = {}) => workbench.owner("PUT", pip, { location: "westeurope", tags });

  it("are watched by their ids, and drift when they are re-created under the same name", async () => {
    await make();
    await after(0, watching());
    await workbench.owner("DELETE", pip);
    await make();
    await after(15 * minuteMs, watching());
    expect(alertTypes()).toEqual(["AddressDrifted"]);
    expect(alerts()[0]?.subject).toBe(publicIpIdOf(pip).text);
    expect(causes(alerts()[0])[0]).toMatchObject({
      cause: "public IP resource re-created",
      likelihood: "likely",
    });
  });

  it("are found if the inventory lacks them", async () => {
    await make();
    workbench.simulator.graph.hide(pip);
    await after(0, watching());
    expect(await kinds(publicIpIdOf(pip))).toEqual(["learned"]);
  });

  it("are watched by their tags", async () => {
    await make({ Watched: "yes" });
    await workbench.owner("PUT", pip.replace("pip-edge", "pip-other"), { location: "westeurope" });
    const on = workbench.under({ watch: { tags: [{ name: "watched" }] } });
    expect(await on.check()).toMatchObject({ services: 2, publicIps: 1 });
    expect(await kinds(publicIpIdOf(pip))).toEqual(["learned"]);
  });

  it("that release their address have drifted because of their allocation", async () => {
    await make();
    await after(0, watching());
    await workbench.owner("PUT", pip, {
      location: "westeurope",
      properties: { publicIPAllocationMethod: "Dynamic" },
    });
    await after(15 * minuteMs, watching());
    expect(alertTypes()).toEqual(["AddressDrifted"]);
    expect(causes(alerts()[0])[0]).toMatchObject({
      cause: "public IP resource detached or its allocation changed",
      likelihood: "likely",
    });
  });

  it("that are Static and show no address are unknown, and have not drifted", async () => {
    await make();
    await after(0, watching());
    const [there] = workbench.simulator.world.publicIps.values();
    if (there !== undefined) there.address = undefined;
    await after(15 * minuteMs, watching());
    expect(alertTypes()).toEqual([]);
    expect((await read(publicIpIdOf(pip))).records[0]?.unsettled).toBeDefined();
  });

  it("that are detached keep their address, which the history records without an alert", async () => {
    await make();
    workbench.orders.properties = { ...workbench.orders.properties, virtualNetworkType: "External" };
    await workbench.owner("PATCH", id.text, { properties: { publicIpAddressId: pip } });
    await after(0, watching());
    await workbench.owner("PATCH", id.text, { properties: { publicIpAddressId: null } });
    await after(15 * minuteMs, watching());
    expect(alerts().filter(({ subject }) => subject.includes("pip-edge"))).toEqual([]);
    expect(await kinds(publicIpIdOf(pip))).toEqual(["learned", "changed"]);
  });

  it("that are deleted raise an alert", async () => {
    await make();
    await after(0, watching());
    await workbench.owner("DELETE", pip);
    await after(15 * minuteMs, watching());
    await after(15 * minuteMs, watching());
    expect(alerts()).toMatchObject([{ subject: publicIpIdOf(pip).text, data: { since: expect.anything() } }]);
  });
});

describe("an event", () => {
  it("leads to a check of its service at once", async () => {
    await after(0);
    set("203.0.113.11");
    expect(await recheck(workbench.addresses, id)).toBe("checked");
    expect(alertTypes()).toEqual(["AddressDrifted"]);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
  });

  it("about a public IP resource leads to a check of the service behind it", async () => {
    await workbench.owner("PUT", pip, { location: "westeurope" });
    workbench.orders.properties = { ...workbench.orders.properties, virtualNetworkType: "External" };
    await workbench.owner("PATCH", id.text, { properties: { publicIpAddressId: pip } });
    await after(0);
    const own = () => workbench.simulator.seen.filter(({ method }) => method === "GET").length;
    const before = own();
    await after(15 * minuteMs);
    expect(own()).toBe(before);
    set("203.0.113.11");
    expect(await recheck(workbench.addresses, publicIpIdOf(pip))).toBe("checked");
    expect(alertTypes()).toEqual(["AddressDrifted"]);
  });

  it("about a service that is not governed by its tags is ignored", async () => {
    const tagged = workbench.under({ scope: { subscriptions: [], tags: [{ name: "watched" }] } });
    expect(await recheck(tagged.addresses, id)).toBe("not governed");
    expect((await read(id)).records).toEqual([]);
    workbench.orders.tags = { Watched: "yes" };
    expect(await recheck(tagged.addresses, id)).toBe("checked");
    expect((await read(id)).records).toHaveLength(3);
  });

  it("about a resource that is not governed sends no request to Azure", async () => {
    const foreign = serviceIdOf(id.text.replace(subscriptions.platform, subscriptions.partner));
    expect(await recheck(workbench.addresses, foreign)).toBe("not governed");
    expect(await recheck(workbench.addresses, publicIpIdOf(pip))).toBe("not governed");
    expect(workbench.simulator.seen).toEqual([]);
  });
});
