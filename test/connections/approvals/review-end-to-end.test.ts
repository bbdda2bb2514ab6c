import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { policyFrom } from "../../../src/lib/config/load-policy.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes, entries, record } = observationsOf(() => workbench);

describe("a review", () => {
  it("approves what the policy approves, on Azure, in the record and in an alert", async () => {
    const id = await workbench.ask();
    const result = await workbench.review(id);
    expect(result).toMatchObject({
      verdict: "approve",
      rule: "landing zones",
      applied: true,
      state: "Approved",
      phase: "Applied",
    });
    expect(workbench.onAzure(id)).toMatchObject({
      status: "Approved",
      description: `drawbridge ${result.decisionId}: rule "landing zones" approves it`,
    });
    expect((await entries()).map(({ kind }) => kind)).toEqual(["decision", "outcome"]);
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
    expect(await workbench.unfinished()).toBe(0);
  });

  it("keeps the requester's message, which the PUT overwrites", async () => {
    const message = "we need this for release 7";
    const id = await workbench.ask({ message });
    await workbench.review(id);
    expect((await entries())[0]).toMatchObject({ kind: "decision", message });
    await workbench.review(id);
    expect(workbench.onAzure(id)?.description).not.toContain(message);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Approved", message });
  });

  it("rejects what the policy rejects", async () => {
    const id = await workbench.ask({ subscriptionId: subscriptions.sandbox });
    expect(await workbench.review(id)).toMatchObject({ verdict: "reject", applied: true, state: "Rejected" });
    expect(alertTypes()).toEqual(["ConnectionRejected"]);
  });

  it("follows an approval over as many attempts as Azure needs, with no second PUT", async () => {
    delete workbench.orders.operationMs;
    const id = await workbench.ask();
    expect(await workbench.review(id)).toMatchObject({
      phase: "Applying",
      applied: false,
      reason: "Azure has not confirmed it yet",
    });
    expect(await workbench.unfinished()).toBe(1);
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({
      phase: "Applying",
      reason: "Azure is processing the write",
    });
    workbench.pass(3 * minuteMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(workbench.puts()).toBe(1);
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });

  it.each([
    ["in another tenant", "partner", subscriptions.partner, "foreign-tenant"],
    ["that we may not read", "requester", subscriptions.newTeam, "forbidden"],
  ])(
    "holds a connection whose endpoint is %s, and names the facts that would settle it",
    async (_, token, subscriptionId, reason) => {
      const id = await workbench.ask({ token, subscriptionId });
      expect(await workbench.review(id)).toMatchObject({
        verdict: "hold",
        phase: "Held",
        applied: false,
        unknown: [{ field: "endpoint.subnet.name", reason }],
      });
      expect(workbench.onAzure(id).status).toBe("Pending");
      expect(alertTypes()).toEqual(["ConnectionHeld"]);
    },
  );

  it("records and alerts the same hold once", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    for (let times = 0; times < 5; times++) {
      await workbench.review(id);
      workbench.pass(2 * hourMs);
    }
    expect(await entries()).toHaveLength(1);
    expect(workbench.alerts).toHaveLength(1);
    expect(await workbench.unfinished()).toBe(0);
  });

  it("decides again when a fact becomes known", async () => {
    const id = await workbench.ask({ subscriptionId: subscriptions.newTeam });
    await workbench.review(id);
    workbench.simulator.world.principals
      .get("simulated")
      ?.assignments.push({ scope: "/", actions: ["Microsoft.Network/privateEndpoints/read"] });
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ verdict: "approve", applied: true });
  });

  it("answers ten concurrent requests with one decision and one PUT", async () => {
    const id = await workbench.ask();
    await Promise.all(Array.from({ length: 10 }, () => workbench.review(id)));
    expect(workbench.puts()).toBe(1);
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(1);
    expect(workbench.alerts).toHaveLength(1);
  });

  it("writes nothing about a connection that does not exist", async () => {
    const id = await workbench.ask();
    workbench.orders.connections.clear();
    expect(await workbench.review(id)).toMatchObject({
      applied: false,
      reason: "there is no such connection",
    });
    expect(await record(id)).toBeUndefined();
    expect(await workbench.unfinished()).toBe(0);
  });

  it("closes the review of a deleted connection that has no record", async () => {
    const id = await workbench.ask();
    await workbench.services.ledger.openReview(id);
    workbench.orders.connections.clear();
    expect(await workbench.review(id, "sweep")).toMatchObject({ reason: "there is no such connection" });
    expect(await workbench.unfinished()).toBe(0);
  });

  it("reads nothing outside its scope, and nothing in mode off", async () => {
    const id = await workbench.ask();
    const calls = workbench.simulator.seen.length;
    expect(await workbench.under({ mode: "off" }).review(id)).toMatchObject({
      reason: "mode off: nothing is reviewed",
    });
    const elsewhere = {
      ...workbench.services,
      scope: { ...workbench.services.scope, subscriptions: [subscriptions.sandbox] },
    };
    const request = { id, cause: "http", actor: "test", requestedAt: new Date(0) } as const;
    expect(await review(elsewhere, request)).toMatchObject({ reason: "it is outside the governed scope" });
    expect(workbench.simulator.seen.length).toBe(calls);
  });
});

describe("a mode", () => {
  it("observe decides and records, and changes nothing", async () => {
    const id = await workbench.ask();
    const result = await workbench.under({ mode: "observe" }).review(id);
    expect(result).toMatchObject({ verdict: "approve", phase: "Held", applied: false });
    expect(result.reason).toMatch(/^mode observe: the verdict is approve/);
    expect(workbench.puts()).toBe(0);
  });

  it("approve-only approves, and leaves rejections to a person", async () => {
    const careful = workbench.under({ mode: "approve-only" });
    expect(await careful.review(await workbench.ask())).toMatchObject({ applied: true });
    const id = await workbench.ask({ subscriptionId: subscriptions.sandbox });
    expect(await careful.review(id)).toMatchObject({ verdict: "reject", phase: "Held", applied: false });
    expect(workbench.onAzure(id).status).toBe("Pending");
    expect(alertTypes()).toEqual(["ConnectionApproved", "ConnectionHeld"]);
  });

  it("triggers another decision on what is held when it changes", async () => {
    await workbench.calm();
    const id = await workbench.ask();
    await workbench.under({ mode: "observe" }).review(id);
    expect((await workbench.under({ mode: "observe" }).sweep()).due).toEqual([]);
    expect((await workbench.sweep()).due).toMatchObject([{ text: id.text }]);
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ applied: true });
  });
});

describe("alert rules", () => {
  it("that are true by the dozen are all alerted, in one transaction with the decision", async () => {
    const rules = Array.from(
      { length: 50 },
      (_, index) =>
        `  - { name: watch ${index}, if: { field: endpoint.id, exists: true }, then: { effect: alert } }`,
    );
    const text = `name: many alerts\nrules:\n${rules.join("\n")}\ndefault: hold\n`;
    const policy = policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
    expect(policy).toMatchObject({ kind: "valid" });
    const id = await workbench.ask();
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    const services = { ...workbench.services, policy: () => Promise.resolve(policy) };
    expect(await review(services, request)).toMatchObject({ verdict: "hold", phase: "Held" });
    const raisedAlerts = workbench.alerts.filter(({ type }) => type === "Drawbridge.RuleAlert");
    expect(raisedAlerts).toHaveLength(10);
    const names = raisedAlerts.flatMap(({ data }) => (data.rules as string[] | undefined) ?? [data.rule]);
    expect(new Set(names).size).toBe(50);
  });
});

describe("a policy that does not load", () => {
  it("holds everything until it loads again", async () => {
    const id = await workbench.ask();
    expect(await workbench.under({ policy: "policies/none" }).review(id)).toMatchObject({
      verdict: "hold",
      phase: "Held",
      reasons: ["the policy does not load, so everything is held"],
    });
    expect(workbench.puts()).toBe(0);
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ applied: true });
  });
});

describe("people", () => {
  it("who decide a held connection are recorded, and never overruled", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await workbench.review(id);
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Approved", "by hand");
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({
      phase: "Overridden",
      state: "Approved",
      reason: "not pending",
    });
    workbench.pass(hourMs);
    await workbench.review(id);
    expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionOverridden"]);
    expect(workbench.puts()).toBe(0);
  });

  it("who undo what was applied are recorded, and never overruled", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Rejected", "by hand");
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ phase: "Overridden", state: "Rejected" });
    expect(workbench.puts()).toBe(1);
  });

  it("who approved before the first review are left alone", async () => {
    const id = await workbench.ask({ subscriptionId: subscriptions.sandbox });
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Approved", "by hand");
    expect(await workbench.review(id)).toMatchObject({ phase: "Adopted", applied: false });
    expect(await entries()).toMatchObject([
      { kind: "adoption", connections: [{ id: id.text, state: "Approved" }] },
    ]);
    expect(alertTypes()).toEqual(["ServiceAdopted"]);
  });
});

describe("a connection that is gone", () => {
  it("is Gone once a second read confirms it", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await workbench.review(id);
    workbench.orders.connections.clear();
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ phase: "Held" });
    workbench.pass(2 * minuteMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Gone" });
    expect(await workbench.unfinished()).toBe(0);
  });
});
