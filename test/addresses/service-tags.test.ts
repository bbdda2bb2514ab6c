import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readServiceTags } from "../../src/lib/addresses/service-tags.ts";
import { approverActions } from "../../simulator/estate/estate.ts";
import { hourMs } from "../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** The service tags that stand for the addresses of tiers that share them. */
const tag = "AzureCloud.westeurope";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const share = () => {
  workbench.orders.sku = { name: "StandardV2", capacity: 1 };
};
const asked = () => workbench.simulator.seen.filter(({ path }) => /serviceTags$/i.test(path)).length;
const raisedAlerts = () => workbench.alerts.filter(({ type }) => type === "Drawbridge.ServiceTagChanged");
const change = (changeNumber: number, addressPrefixes: readonly string[]) =>
  workbench.simulator.world.serviceTags.set(tag.toLowerCase(), {
    name: tag,
    region: "westeurope",
    changeNumber,
    addressPrefixes,
  });

describe("a service tag", () => {
  it("is not read where no service has a tier that shares addresses", async () => {
    await workbench.check();
    expect(asked()).toBe(0);
    expect(await readServiceTags(workbench.services.appState)).toBeUndefined();
  });

  it("is learned in silence, with its prefixes as a set and the services that rely on it", async () => {
    share();
    await workbench.check();
    const found = await readServiceTags(workbench.services.appState);
    expect(found?.tags).toMatchObject([
      {
        name: tag,
        region: "westeurope",
        changeNumber: "63",
        prefixes: ["198.51.100.0/26", "198.51.100.64/26", "2001:db8:1::/48"],
        services: [expect.stringMatching(/apim-orders$/)],
      },
    ]);
    expect(raisedAlerts()).toEqual([]);
  });

  it("raises one alert when its prefixes change, within a day, and none for its number or its order alone", async () => {
    share();
    await workbench.check();
    change(64, ["198.51.100.64/26", "198.51.100.0/26", "2001:db8:1::/48"]);
    workbench.pass(25 * hourMs);
    await workbench.check();
    expect(raisedAlerts()).toEqual([]);
    change(65, ["198.51.100.0/26", "203.0.113.128/25"]);
    await workbench.check();
    expect(raisedAlerts()).toEqual([]);
    workbench.pass(25 * hourMs);
    await workbench.check();
    await workbench.check();
    expect(raisedAlerts()).toMatchObject([
      {
        subject: tag,
        data: {
          changeNumber: "65",
          previousChangeNumber: "64",
          added: ["203.0.113.128/25"],
          removed: ["198.51.100.64/26", "2001:db8:1::/48"],
        },
      },
    ]);
    expect(asked()).toBe(3);
  });

  it("is asked for by the name that Azure gives it, and a region whose tag is missing keeps none from the others", async () => {
    share();
    Object.assign(workbench.orders, { location: "Germany West Central" });
    const payments = workbench.simulator.world.services.get(
      workbench.orders.id.toLowerCase().replace("orders", "payments"),
    );
    Object.assign(payments ?? {}, { sku: { name: "BasicV2", capacity: 1 }, location: "Norway East" });
    await workbench.check();
    const found = await readServiceTags(workbench.services.appState);
    expect(found?.tags).toMatchObject([{ name: "AzureCloud.germanywc", region: "germanywestcentral" }]);
    expect(found?.row.unreadTags).toEqual([
      { name: "AzureCloud.norwaye", region: "norwayeast", why: "not-in-answer" },
    ]);
    expect(found?.row.unread).toBeUndefined();
  });

  it("stays as it was where Azure refuses, and is read again within the hour", async () => {
    share();
    await workbench.check();
    const actions = approverActions.filter((action) => !action.includes("serviceTags"));
    workbench.simulator.world.principals.get("simulated")?.assignments.splice(0, 9, { scope: "/", actions });
    workbench.pass(25 * hourMs);
    await workbench.check();
    const found = await readServiceTags(workbench.services.appState);
    expect(found?.row.unread).toBe("forbidden");
    expect(found?.tags).toMatchObject([{ changeNumber: "63" }]);
    expect(raisedAlerts()).toEqual([]);
    const before = asked();
    workbench.pass(hourMs);
    await workbench.check();
    expect(asked()).toBeGreaterThan(before);
  });

  it.each([
    ["lacks it", () => workbench.simulator.world.serviceTags.delete(tag.toLowerCase()), "not-in-answer"],
    ["has no prefixes of it", () => change(64, []), "malformed"],
    ["has a prefix that is none", () => change(64, ["198.51.100.0/26", "any"]), "malformed"],
  ])("stays as it was where Azure's answer %s", async (_, spoil, why) => {
    share();
    await workbench.check();
    spoil();
    workbench.pass(25 * hourMs);
    await workbench.check();
    const found = await readServiceTags(workbench.services.appState);
    expect(found?.row.unreadTags).toEqual([{ name: tag, region: "westeurope", why }]);
    expect(found?.tags).toMatchObject([{ changeNumber: "63" }]);
    expect(raisedAlerts()).toEqual([]);
  });
});
