import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** A service without a record yet: a list of addresses has to say that it lacks it. */
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const is = (provisioningState: string) => {
  bench.orders.properties = { ...bench.orders.properties, provisioningState };
};
const unobserved = () => bench.addresses.digests.unobserved();

describe("a service that was never observed", () => {
  it("is named with the reason since its first check, until a check observes it", async () => {
    is("Updating");
    await bench.check();
    const [named, ...others] = await unobserved();
    expect(others).toEqual([]);
    expect(named).toEqual({
      resource: serviceIdOf(bench.orders.id).text,
      since: expect.any(String),
      why: "it is Updating",
    });
    bench.pass(15 * minuteMs);
    is("Activating");
    await bench.check();
    expect(await unobserved()).toEqual([{ ...named, why: "it is Activating" }]);
    is("Succeeded");
    await bench.check();
    expect(await unobserved()).toEqual([]);
  });

  it("is no longer named once an event's check has observed it, and is while that finds it still Updating", async () => {
    is("Updating");
    await bench.check();
    const id = serviceIdOf(bench.orders.id);
    await recheck(bench.addresses, id);
    expect(await unobserved()).toHaveLength(1);
    is("Succeeded");
    await recheck(bench.addresses, id);
    expect(await unobserved()).toEqual([]);
  });

  describe("of which one kind of addresses was never observed", () => {
    const set = { kind: "public", location: "westeurope" };
    const [lacking, whole] = [{ publicIPAddresses: [] }, { publicIPAddresses: ["203.0.113.10"] }];
    const has = (properties: object) => {
      bench.orders.properties = { ...bench.orders.properties, ...properties };
    };
    beforeEach(async () => {
      has(lacking);
      await bench.check();
    });

    it("is named with it", async () => {
      expect(await unobserved()).toMatchObject([
        { why: "the answer has none, and there has to be one", set },
      ]);
    });

    it.each<[string, () => Promise<unknown>]>([
      ["check", () => bench.check()],
      ["event", () => recheck(bench.addresses, serviceIdOf(bench.orders.id))],
    ])("stays named by a %s that finds it Updating, with the time since when", async (_, look) => {
      const before = await unobserved();
      is("Updating");
      bench.pass(15 * minuteMs);
      await look();
      expect(await unobserved()).toEqual(before);
      is("Succeeded");
      bench.pass(15 * minuteMs);
      await bench.check();
      expect(await unobserved()).toMatchObject([{ since: before[0]?.since }]);
      has(whole);
      await bench.check();
      expect(await unobserved()).toEqual([]);
    });
  });

  it("is no longer named once Azure says that it does not exist", async () => {
    is("Updating");
    await bench.check();
    bench.simulator.world.services.delete(bench.orders.id.toLowerCase());
    bench.pass(15 * minuteMs);
    await bench.check();
    expect(await unobserved()).toEqual([]);
  });

  it("is not named later, while it is Updating: its record says so", async () => {
    await bench.check();
    is("Updating");
    bench.pass(15 * minuteMs);
    await bench.check();
    expect(await unobserved()).toEqual([]);
  });
});
