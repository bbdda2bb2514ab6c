import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** A service without a record yet: a list of addresses has to say that it lacks it. */
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const minute = 60_000;
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
    bench.pass(15 * minute);
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

  it("is named where its answer lacks addresses of one kind alone", async () => {
    bench.orders.properties = { ...bench.orders.properties, publicIPAddresses: [] };
    await bench.check();
    expect(await unobserved()).toMatchObject([{ why: "the answer has none, and there has to be one" }]);
  });

  it("is not named later, while it is Updating: its record says so", async () => {
    await bench.check();
    is("Updating");
    bench.pass(15 * minute);
    await bench.check();
    expect(await unobserved()).toEqual([]);
  });
});
