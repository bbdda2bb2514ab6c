import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** How old the facts of a subscription may be. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  // Both services are adopted, so connections from now on are new.
  await workbench.calm();
});
afterEach(() => workbench.stop());

describe("a subscription's facts", () => {
  const policy = "test/policy/corpus/by-group.yaml";
  const platform = () => workbench.simulator.world.subscriptions.get(subscriptions.landingZone);

  it("may be five minutes old for an approval, which records their age", async () => {
    const grouped = workbench.under({ policy, parameters: {} });
    const read = workbench.services.clock.now();
    await grouped.review(await workbench.ask());
    workbench.pass(4 * minuteMs);
    const decided = workbench.services.clock.now();
    const queries = workbench.simulator.seen.filter(({ path }) => path.endsWith("/resources")).length;
    const id = await workbench.ask();
    expect(await grouped.review(id)).toMatchObject({ verdict: "approve", applied: true });
    expect(workbench.simulator.seen.filter(({ path }) => path.endsWith("/resources"))).toHaveLength(queries);
    const { items } = await workbench.services.ledger.entries({ connection: id.text }, { top: 5 });
    expect(items[0]).toMatchObject({ kind: "decision", at: decided.toISOString() });
    expect(items[0]).toMatchObject({ subscriptionsAt: read.toISOString() });
  });

  it("are read again before a rejection, which cannot be undone", async () => {
    const grouped = workbench.under({ policy, parameters: {} });
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "blocked", displayName: "" }] });
    await grouped.review(await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner }));
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "corp", displayName: "" }] });
    const id = await workbench.ask();
    expect(await grouped.review(id)).toMatchObject({ verdict: "approve", applied: true });
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "blocked", displayName: "" }] });
    workbench.pass(6 * minuteMs);
    expect(await grouped.review(await workbench.ask())).toMatchObject({ verdict: "reject", applied: true });
  });
});
