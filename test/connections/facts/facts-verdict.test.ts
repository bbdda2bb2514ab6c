import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  Object.assign(workbench.orders.properties, { additionalLocations: [] });
});
afterEach(() => workbench.stop());

describe("the landing zones' policy", () => {
  const under = () =>
    workbench.under({ policy: "policies/landing-zones", parameters: { corporateRange: "10.20.0.0/16" } });

  it("approves by management group and address plan", async () => {
    expect(await under().review(await workbench.ask())).toMatchObject({
      verdict: "approve",
      rule: "corporate landing zones, in our own network",
      applied: true,
    });
  });

  it("holds a subnet outside the plan, and rejects the sandbox", async () => {
    expect(await under().review(await workbench.ask({ subnet: "snet-legacy" }))).toMatchObject({
      verdict: "hold",
    });
    expect(
      await under().review(await workbench.ask({ subscriptionId: subscriptions.sandbox })),
    ).toMatchObject({
      verdict: "reject",
      rule: "never from the sandbox",
    });
  });

  it("holds if the groups cannot be read, and says why", async () => {
    const result = await under().review(await workbench.ask({ subscriptionId: subscriptions.newTeam }));
    expect(result).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "requester.managementGroups", reason: "not-found" }],
    });
    expect(result.reasons[0]).toContain(
      "requester.managementGroups is unknown (not-found: Azure does not show it to the app)",
    );
  });
});

describe("a hold", () => {
  it.each([
    [
      "a tier that has no private endpoints",
      { sku: { name: "BasicV2", capacity: 1 } },
      "a service of the tier BasicV2 cannot have private endpoints",
    ],
    [
      "a classic service inside a virtual network",
      { properties: { virtualNetworkType: "Internal" } },
      "injected into a virtual network (Internal)",
    ],
  ])("names %s in its reasons", async (_, change, reason) => {
    const id = await workbench.ask({ subnet: "default" });
    Object.assign(workbench.orders, change);
    const { verdict, reasons } = await workbench.review(id);
    expect(verdict).toBe("hold");
    expect(reasons.join("; ")).toContain(reason);
  });

  it("is alerted once, even if a fact that no rule uses is unreadable for a moment", async () => {
    const id = await workbench.ask({ subnet: "default" });
    await workbench.review(id);
    expect(workbench.alerts).toHaveLength(1);
    const answer = { status: 500, body: {} };
    workbench.simulator.faults.add({
      method: "GET",
      path: "/virtualnetworks/",
      times: 100,
      does: { kind: "answer", answer },
    });
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Held", verdict: "hold" });
    workbench.simulator.faults.clear();
    workbench.pass(minuteMs);
    await workbench.review(id);
    expect(workbench.alerts).toHaveLength(1);
  });
});
