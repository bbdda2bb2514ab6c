import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { check } from "../../src/lib/addresses/check/check.ts";
import { addressCheck } from "../../src/lib/addresses/check/check-pass.ts";
import type { AddressServices } from "../../src/lib/addresses/services.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { knownRead, mapRead, unknownRead } from "../../src/lib/estate/read.ts";
import type { Run } from "../../src/lib/estate/scan-run-row.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { publicIpIdOf, serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Checks that stop early, that another check replaces, or that see only a part. */
const pip = publicIpIdOf(
  `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.Network/publicIPAddresses/pip-edge`,
);
const periodMs = 15 * minuteMs;

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

type Azure = AddressServices["azure"];
const checkWith = (azure: Partial<Azure>, on = workbench) =>
  check({ ...on.addresses, azure: { ...on.addresses.azure, ...azure } }, periodMs);
const refuse = () => Promise.resolve(unknownRead("forbidden"));
const why = "the public IP resources could not be read (forbidden)";

describe("a check", () => {
  it("does nothing while another check is running", async () => {
    let second: ReturnType<typeof check> | undefined;
    const subscriptionsRead: Azure["subscriptions"] = async (...asked) => {
      second ??= workbench.check();
      await second;
      return workbench.addresses.azure.subscriptions(...asked);
    };
    expect((await checkWith({ subscriptions: subscriptionsRead })).stopped).toBeUndefined();
    expect(await second).toMatchObject({
      services: 0,
      compared: 0,
      stopped: "another check of the addresses is running",
    });
  });

  it("reports that it saw no public IP resources if the named ones cannot be read", async () => {
    const on = workbench.under({ watch: { ids: [pip] } });
    expect(await checkWith({ publicIpsOf: refuse }, on)).toMatchObject({
      services: 2,
      stopped: why,
      unread: ["the public IP resources"],
    });
    // It did not complete, so that nothing is concluded from what it did not see.
    expect((await checkWith({}, on)).stopped).toBeUndefined();
  });

  it("reports that it saw none if those with a tag cannot be read", async () => {
    const on = workbench.under({ watch: { tags: [{ name: "watched" }] } });
    expect(await checkWith({ publicIps: refuse }, on)).toMatchObject({ stopped: why });
  });

  describe("of public IP resources with a tag", () => {
    const tagged = { watch: { tags: [{ name: "watched" }] } };

    it("stops at its time limit, and the next check starts at their first page", async () => {
      const asked: (string | undefined)[] = [];
      const slow: Azure["publicIps"] = (_, from) => {
        asked.push(from);
        if (asked.length === 1) workbench.pass(5 * minuteMs);
        return Promise.resolve(
          knownRead({ items: [], unreadable: 0, ...(from === undefined && { next: "2" }) }),
        );
      };
      const on = workbench.under(tagged);
      expect(await checkWith({ publicIps: slow }, on)).toMatchObject({
        stopped: "the public IP resources could not be read (no time is left)",
        unread: ["the public IP resources"],
      });
      workbench.pass(periodMs);
      expect((await checkWith({ publicIps: slow }, on)).stopped).toBeUndefined();
      expect(asked).toEqual([undefined, undefined, "2"]);
    });

    it("stops if another check took over", async () => {
      const { appState } = workbench.addresses;
      const stolen: Azure["publicIps"] = async () => {
        await appState.update<Run>(
          addressCheck.row,
          (found) => found && { value: { ...found, owner: "other" } },
        );
        return knownRead({ items: [], unreadable: 0 });
      };
      expect(await checkWith({ publicIps: stolen }, workbench.under(tagged))).toMatchObject({
        stopped: "another check of the addresses took over",
      });
    });
  });

  it("names each known service of which it could not read whether it is still governed", async () => {
    workbench.orders.tags = { governed: "yes" };
    const on = workbench.under({ scope: { subscriptions: [], tags: [{ name: "governed" }] } });
    await on.check();
    workbench.simulator.graph.hide(workbench.orders.id);
    workbench.pass(hourMs);
    const { unread } = await checkWith({ service: refuse }, on);
    expect(unread.map((each) => each.split("/").at(-1))).toEqual(["apim-orders"]);
    expect((await workbench.addresses.baselines.read(serviceIdOf(workbench.orders.id))).records).not.toEqual(
      [],
    );
  });

  it("continues without the public IP resources behind services if those cannot be read", async () => {
    workbench.orders.properties = { ...workbench.orders.properties, publicIpAddressId: pip.text };
    expect(await checkWith({ publicIpsOf: refuse })).toMatchObject({ services: 2 });
    expect((await checkWith({ publicIpsOf: refuse })).stopped).toBeUndefined();
  });

  it("skips an incomplete row of the inventory, and names its service as unread", async () => {
    await workbench.check();
    const withoutName = [{ publicIPAddresses: ["203.0.113.99"] }];
    Object.assign(workbench.orders.properties, { additionalLocations: withoutName });
    workbench.pass(hourMs);
    const { services, unread } = await workbench.check();
    expect(services).toBe(1);
    expect(unread.map((each) => each.split("/").at(-1))).toEqual(["apim-orders"]);
    expect(workbench.alerts.filter(({ type }) => type.startsWith("Drawbridge.Address"))).toEqual([]);
  });

  it("stops at its time limit, reports that, and is continued by the next check", async () => {
    const slow: Azure["services"] = async (within) => {
      workbench.pass(5 * minuteMs);
      return mapRead(await workbench.addresses.azure.services(within, undefined), (page) => ({
        ...page,
        next: "2",
      }));
    };
    expect(await checkWith({ services: slow })).toMatchObject({
      stopped: "this check of the addresses reached its limit, and the next one continues where it stopped",
      unread: ["the rest"],
    });
    const asked: (string | undefined)[] = [];
    const counted: Azure["services"] = (within, from) => {
      asked.push(from);
      return workbench.addresses.azure.services(within, undefined);
    };
    workbench.pass(periodMs);
    expect((await checkWith({ services: counted })).stopped).toBeUndefined();
    expect(asked).toEqual(["2"]);
  });

  it("does not report a service as unread only because the inventory shows none of its tags", async () => {
    const on = workbench.under({ scope: { subscriptions: [], tags: [{ name: "governed" }] } });
    const untagged = async (...asked: Parameters<Azure["services"]>) =>
      mapRead(await workbench.addresses.azure.services(...asked), (page) => ({
        ...page,
        items: page.items.map((each) => ({ ...each, tags: unknownRead("not-in-answer") })),
      }));
    expect(await checkWith({ services: untagged }, on)).toMatchObject({ services: 0, unread: [] });
    const malformed = async (...asked: Parameters<Azure["services"]>) =>
      mapRead(await workbench.addresses.azure.services(...asked), (page) => ({
        ...page,
        items: page.items.map((each) => ({ ...each, tags: unknownRead("malformed") })),
      }));
    expect((await checkWith({ services: malformed }, on)).unread).toHaveLength(2);
  });

  it("reports a service of which it is unknown whether it is governed", async () => {
    const on = workbench.under({ scope: { subscriptions: [], managementGroups: ["platform"] } });
    const { services, unread } = await checkWith({ subscriptions: refuse }, on);
    expect(services).toBe(0);
    expect(unread).toContain("the subscriptions");
    expect(unread.some((each) => /apim-orders$/i.test(each))).toBe(true);
  });
});

describe("an event about a public IP resource", () => {
  it("is ignored if no governed service uses the resource", async () => {
    expect(await recheck(workbench.addresses, pip)).toBe("not governed");
  });

  it("is followed by a check if the resource may have a watched tag", async () => {
    await workbench.owner("PUT", pip.text, { location: "westeurope", tags: { watched: "yes" } });
    const on = workbench.under({ watch: { tags: [{ name: "watched" }] } });
    expect(await recheck(on.addresses, pip)).toBe("checked");
    const others = workbench.under({ watch: { tags: [{ name: "other" }] } });
    expect(await recheck(others.addresses, pip)).toBe("not governed");
  });
});

describe("a declaration", () => {
  it("that moved to another file changes the origin, and raises no drift", async () => {
    const service = serviceIdOf(workbench.orders.id);
    const declared = (file: string) => [
      {
        resource: service.text,
        kind: "public",
        location: "westeurope",
        addresses: ["203.0.113.10"],
        file,
      } as const,
    ];
    for (const file of ["a.yaml:2", "b.yaml:7"]) {
      await workbench.under({ declared: declared(file) }).check();
      const { records } = await workbench.addresses.baselines.read(service);
      expect(records.find(({ kind }) => kind === "public")?.origin).toEqual({ kind: "declared", file });
      workbench.pass(periodMs);
    }
    expect(workbench.alerts.filter(({ type }) => type.startsWith("Drawbridge.Address"))).toEqual([]);
  });
});
