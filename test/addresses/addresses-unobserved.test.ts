import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** A service without a record yet: a list of addresses has to say that it lacks it. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const is = (provisioningState: string) => {
  workbench.orders.properties = { ...workbench.orders.properties, provisioningState };
};
const unobserved = () => workbench.addresses.digests.unobserved();

describe("a service that was never observed", () => {
  it("is named with the reason since its first check, until a check observes it", async () => {
    is("Updating");
    await workbench.check();
    const [named, ...others] = await unobserved();
    expect(others).toEqual([]);
    expect(named).toEqual({
      resource: serviceIdOf(workbench.orders.id).text,
      since: expect.any(String),
      why: "it is Updating",
    });
    workbench.pass(15 * minuteMs);
    is("Activating");
    await workbench.check();
    expect(await unobserved()).toEqual([{ ...named, why: "it is Activating" }]);
    is("Succeeded");
    await workbench.check();
    expect(await unobserved()).toEqual([]);
  });

  it("is no longer named once an event's check has observed it, and is while that finds it still Updating", async () => {
    is("Updating");
    await workbench.check();
    const id = serviceIdOf(workbench.orders.id);
    await recheck(workbench.addresses, id);
    expect(await unobserved()).toHaveLength(1);
    is("Succeeded");
    await recheck(workbench.addresses, id);
    expect(await unobserved()).toEqual([]);
  });

  describe("of which one kind of addresses was never observed", () => {
    const set = { kind: "public", location: "westeurope" };
    const [lacking, whole] = [{ publicIPAddresses: [] }, { publicIPAddresses: ["203.0.113.10"] }];
    const has = (properties: object) => {
      workbench.orders.properties = { ...workbench.orders.properties, ...properties };
    };
    beforeEach(async () => {
      has(lacking);
      await workbench.check();
    });

    it("is named with it", async () => {
      expect(await unobserved()).toMatchObject([
        { why: "the answer has none, and there has to be one", set },
      ]);
    });

    it.each<[string, () => Promise<unknown>]>([
      ["check", () => workbench.check()],
      ["event", () => recheck(workbench.addresses, serviceIdOf(workbench.orders.id))],
    ])("stays named by a %s that finds it Updating, with the time since when", async (_, look) => {
      const before = await unobserved();
      is("Updating");
      workbench.pass(15 * minuteMs);
      await look();
      expect(await unobserved()).toEqual(before);
      is("Succeeded");
      workbench.pass(15 * minuteMs);
      await workbench.check();
      expect(await unobserved()).toMatchObject([{ since: before[0]?.since }]);
      has(whole);
      await workbench.check();
      expect(await unobserved()).toEqual([]);
    });
  });

  it("is no longer named once Azure says that it does not exist", async () => {
    is("Updating");
    await workbench.check();
    workbench.simulator.world.services.delete(workbench.orders.id.toLowerCase());
    workbench.pass(15 * minuteMs);
    await workbench.check();
    expect(await unobserved()).toEqual([]);
  });

  it("is not named later, while it is Updating: its record says so", async () => {
    await workbench.check();
    is("Updating");
    workbench.pass(15 * minuteMs);
    await workbench.check();
    expect(await unobserved()).toEqual([]);
  });
});
