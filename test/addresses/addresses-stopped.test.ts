import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { check } from "../../src/lib/addresses/check/check.ts";
import { addressCheck } from "../../src/lib/addresses/check/check-pass.ts";
import type { AddressServices } from "../../src/lib/addresses/services.ts";
import { knownRead, mapRead, unknownRead } from "../../src/lib/estate/read.ts";
import type { Run } from "../../src/lib/estate/run-row.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { publicIpIdOf, serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** A check of the addresses that does not come to its end, or not by itself. */
const pip = publicIpIdOf(
  `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.Network/publicIPAddresses/pip-edge`,
);
const periodMs = 15 * 60_000;

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

type Azure = AddressServices["azure"];
const checkWith = (azure: Partial<Azure>, on = bench) =>
  check({ ...on.addresses, azure: { ...on.addresses.azure, ...azure } }, periodMs);
const unread = () => Promise.resolve(unknownRead("forbidden"));
const why = "the public IP resources could not be read (forbidden)";

describe("a check", () => {
  it("leaves it to another that is at work", async () => {
    let second: ReturnType<typeof check> | undefined;
    const subscriptionsRead: Azure["subscriptions"] = async (...asked) => {
      second ??= bench.check();
      await second;
      return bench.addresses.azure.subscriptions(...asked);
    };
    expect((await checkWith({ subscriptions: subscriptionsRead })).stopped).toBeUndefined();
    expect(await second).toMatchObject({
      services: 0,
      looked: 0,
      stopped: "another check of the addresses is running",
    });
  });

  it("says that it saw no public IP resources where those that are named cannot be read", async () => {
    const on = bench.under({ watch: { ids: [pip] } });
    expect(await checkWith({ publicIpsOf: unread }, on)).toMatchObject({
      services: 2,
      stopped: why,
      unread: ["the public IP resources"],
    });
    // It did not end, so that what it did not see is not taken for what is not there.
    expect((await checkWith({}, on)).stopped).toBeUndefined();
  });

  it("says so where those with a tag cannot be read, too", async () => {
    const on = bench.under({ watch: { tags: [{ name: "watched" }] } });
    expect(await checkWith({ publicIps: unread }, on)).toMatchObject({ stopped: why });
  });

  describe("of public IP resources with a tag", () => {
    const tagged = { watch: { tags: [{ name: "watched" }] } };

    it("stops where its time is over, and the next one begins at their first page", async () => {
      const asked: (string | undefined)[] = [];
      const slow: Azure["publicIps"] = (_, from) => {
        asked.push(from);
        if (asked.length === 1) bench.pass(5 * 60_000);
        return Promise.resolve(
          knownRead({ items: [], unreadable: 0, ...(from === undefined && { next: "2" }) }),
        );
      };
      const on = bench.under(tagged);
      expect(await checkWith({ publicIps: slow }, on)).toMatchObject({
        stopped: "the public IP resources could not be read (no time is left)",
        unread: ["the public IP resources"],
      });
      bench.pass(periodMs);
      expect((await checkWith({ publicIps: slow }, on)).stopped).toBeUndefined();
      expect(asked).toEqual([undefined, undefined, "2"]);
    });

    it("stops where another check took over", async () => {
      const { appState } = bench.addresses;
      const stolen: Azure["publicIps"] = async () => {
        await appState.update<Run>(
          addressCheck.row,
          (found) => found && { value: { ...found, owner: "other" } },
        );
        return knownRead({ items: [], unreadable: 0 });
      };
      expect(await checkWith({ publicIps: stolen }, bench.under(tagged))).toMatchObject({
        stopped: "another check of the addresses took over",
      });
    });
  });

  it("says of which known service it could not read whether it is governed still", async () => {
    bench.orders.tags = { governed: "yes" };
    const on = bench.under({ scope: { subscriptions: [], tags: [{ name: "governed" }] } });
    await on.check();
    bench.simulator.graph.hide(bench.orders.id);
    bench.pass(60 * 60_000);
    const { unread: untold } = await checkWith({ service: unread }, on);
    expect(untold.map((each) => each.split("/").at(-1))).toEqual(["apim-orders"]);
    expect((await bench.addresses.baselines.read(serviceIdOf(bench.orders.id))).records).not.toEqual([]);
  });

  it("goes on without the public IP resources behind services, where those cannot be read", async () => {
    bench.orders.properties = { ...bench.orders.properties, publicIpAddressId: pip.text };
    expect(await checkWith({ publicIpsOf: unread })).toMatchObject({ services: 2 });
    expect((await checkWith({ publicIpsOf: unread })).stopped).toBeUndefined();
  });

  it("passes over a row of the inventory that cannot be read whole, and says of which service nothing is known", async () => {
    await bench.check();
    const nowhere = [{ publicIPAddresses: ["203.0.113.99"] }];
    Object.assign(bench.orders.properties, { additionalLocations: nowhere });
    bench.pass(60 * 60_000);
    const { services, unread: untold } = await bench.check();
    expect(services).toBe(1);
    expect(untold.map((each) => each.split("/").at(-1))).toEqual(["apim-orders"]);
    expect(bench.alerts.filter(({ type }) => type.startsWith("Drawbridge.Address"))).toEqual([]);
  });

  it("stops where its time is over, says so, and is gone on with by the next", async () => {
    const slow: Azure["services"] = async (within) => {
      bench.pass(5 * 60_000);
      return mapRead(await bench.addresses.azure.services(within, undefined), (page) => ({
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
      return bench.addresses.azure.services(within, undefined);
    };
    bench.pass(periodMs);
    expect((await checkWith({ services: counted })).stopped).toBeUndefined();
    expect(asked).toEqual(["2"]);
  });

  it("does not report a service as unread only because the inventory shows none of its tags", async () => {
    const on = bench.under({ scope: { subscriptions: [], tags: [{ name: "governed" }] } });
    const untagged = async (...asked: Parameters<Azure["services"]>) =>
      mapRead(await bench.addresses.azure.services(...asked), (page) => ({
        ...page,
        items: page.items.map((each) => ({ ...each, tags: unknownRead("not-in-answer") })),
      }));
    expect(await checkWith({ services: untagged }, on)).toMatchObject({ services: 0, unread: [] });
    const malformed = async (...asked: Parameters<Azure["services"]>) =>
      mapRead(await bench.addresses.azure.services(...asked), (page) => ({
        ...page,
        items: page.items.map((each) => ({ ...each, tags: unknownRead("malformed") })),
      }));
    expect((await checkWith({ services: malformed }, on)).unread).toHaveLength(2);
  });

  it("tells of a service of which nobody can say whether it is governed", async () => {
    const on = bench.under({ scope: { subscriptions: [], managementGroups: ["platform"] } });
    const { services, unread: untold } = await checkWith({ subscriptions: unread }, on);
    expect(services).toBe(0);
    expect(untold).toContain("the subscriptions");
    expect(untold.some((each) => /apim-orders$/i.test(each))).toBe(true);
  });
});

describe("an event about a public IP resource", () => {
  it("of nobody's is none of our business", async () => {
    expect(await recheck(bench.addresses, pip)).toBe("not governed");
  });

  it("that may have a tag by which it is watched is looked at", async () => {
    await bench.owner("PUT", pip.text, { location: "westeurope", tags: { watched: "yes" } });
    const on = bench.under({ watch: { tags: [{ name: "watched" }] } });
    expect(await recheck(on.addresses, pip)).toBe("checked");
    const others = bench.under({ watch: { tags: [{ name: "other" }] } });
    expect(await recheck(others.addresses, pip)).toBe("not governed");
  });
});

describe("a declaration", () => {
  it("that moved to another file says so, and nothing of it drifted", async () => {
    const service = serviceIdOf(bench.orders.id);
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
      await bench.under({ declared: declared(file) }).check();
      const { records } = await bench.addresses.baselines.read(service);
      expect(records.find(({ kind }) => kind === "public")?.origin).toEqual({ kind: "declared", file });
      bench.pass(periodMs);
    }
    expect(bench.alerts.filter(({ type }) => type.startsWith("Drawbridge.Address"))).toEqual([]);
  });
});
