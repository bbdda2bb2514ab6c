import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** How old the facts of a subscription may be. */

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
  // Both services are adopted, so connections from now on are new.
  await bench.calm();
});
afterEach(() => bench.stop());

describe("a subscription's facts", () => {
  const policy = "test/policy/corpus/by-group.yaml";
  const platform = () => bench.simulator.world.subscriptions.get(subscriptions.landingZone);

  it("may be five minutes old for an approval, which records their age", async () => {
    const grouped = bench.under({ policy, parameters: {} });
    const read = bench.services.clock.now();
    await grouped.review(await bench.ask());
    bench.pass(4 * minuteMs);
    const decided = bench.services.clock.now();
    const queries = bench.simulator.seen.filter(({ path }) => path.endsWith("/resources")).length;
    const id = await bench.ask();
    expect(await grouped.review(id)).toMatchObject({ verdict: "approve", applied: true });
    expect(bench.simulator.seen.filter(({ path }) => path.endsWith("/resources"))).toHaveLength(queries);
    const { items } = await bench.services.ledger.entries({ connection: id.text }, { top: 5 });
    expect(items[0]).toMatchObject({ kind: "decision", at: decided.toISOString() });
    expect(items[0]).toMatchObject({ subscriptionsAt: read.toISOString() });
  });

  it("are read again before a rejection, which cannot be undone", async () => {
    const grouped = bench.under({ policy, parameters: {} });
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "blocked", displayName: "" }] });
    await grouped.review(await bench.ask({ token: "partner", subscriptionId: subscriptions.partner }));
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "corp", displayName: "" }] });
    const id = await bench.ask();
    expect(await grouped.review(id)).toMatchObject({ verdict: "approve", applied: true });
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "blocked", displayName: "" }] });
    bench.pass(6 * minuteMs);
    expect(await grouped.review(await bench.ask())).toMatchObject({ verdict: "reject", applied: true });
  });
});
