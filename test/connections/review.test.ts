import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { policyFrom } from "../../src/lib/config/load-policy.ts";
import { review } from "../../src/lib/connections/review/review.ts";
import { settle } from "../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

const minute = 60_000;
const hour = 60 * minute;

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const entries = async () => (await bench.services.ledger.entries({}, { top: 100 })).items;
const types = () => bench.alerts.map(({ type }) => type.replace("Drawbridge.", ""));
const record = (id: Parameters<Workbench["review"]>[0]) => bench.services.ledger.find(id);
const path = (id: { text: string }) => id.text.toLowerCase();

describe("a review", () => {
  it("approves what the policy approves, and says so on Azure, in the record and in an alert", async () => {
    const id = await bench.ask();
    const result = await bench.review(id);
    expect(result).toMatchObject({
      verdict: "approve",
      rule: "landing zones",
      applied: true,
      state: "Approved",
      phase: "Applied",
    });
    expect(bench.onAzure(id)).toMatchObject({
      status: "Approved",
      description: `drawbridge ${result.decisionId}: rule "landing zones" approves it`,
    });
    expect((await entries()).map(({ kind }) => kind)).toEqual(["decision", "outcome"]);
    expect(types()).toEqual(["ConnectionApproved"]);
    expect(await bench.unfinished()).toBe(0);
  });

  it("keeps the requester's message, which applying overwrites", async () => {
    const id = await bench.ask({ message: "we need this for release 7" });
    await bench.review(id);
    expect((await entries())[0]).toMatchObject({ kind: "decision", message: "we need this for release 7" });
  });

  it("rejects what the policy rejects", async () => {
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    expect(await bench.review(id)).toMatchObject({ verdict: "reject", applied: true, state: "Rejected" });
    expect(types()).toEqual(["ConnectionRejected"]);
  });

  it("follows an approval over as many attempts as Azure needs, with no second PUT", async () => {
    delete bench.orders.operationMs;
    const id = await bench.ask();
    expect(await bench.review(id)).toMatchObject({
      phase: "Applying",
      applied: false,
      reason: "Azure has not confirmed it yet",
    });
    expect(await bench.unfinished()).toBe(1);
    bench.pass(minute);
    expect(await bench.review(id)).toMatchObject({
      phase: "Applying",
      reason: "Azure is processing the write",
    });
    bench.pass(3 * minute);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(bench.puts()).toBe(1);
    expect(types()).toEqual(["ConnectionApproved"]);
  });

  it.each([
    ["in another tenant", "partner", subscriptions.partner, "foreign-tenant"],
    ["that we may not read", "requester", subscriptions.newTeam, "forbidden"],
  ])(
    "holds a connection whose endpoint is %s, and names what would settle it",
    async (_, token, subscriptionId, reason) => {
      const id = await bench.ask({ token, subscriptionId });
      expect(await bench.review(id)).toMatchObject({
        verdict: "hold",
        phase: "Held",
        applied: false,
        unknown: [{ field: "endpoint.subnet.name", reason }],
      });
      expect(bench.onAzure(id).status).toBe("Pending");
      expect(types()).toEqual(["ConnectionHeld"]);
    },
  );

  it("is silent about what it has said before", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    for (let times = 0; times < 5; times++) {
      await bench.review(id);
      bench.pass(2 * hour);
    }
    expect(await entries()).toHaveLength(1);
    expect(bench.alerts).toHaveLength(1);
    expect(await bench.unfinished()).toBe(0);
  });

  it("decides anew when a fact becomes known", async () => {
    const id = await bench.ask({ subscriptionId: subscriptions.newTeam });
    await bench.review(id);
    bench.simulator.world.principals
      .get("simulated")
      ?.assignments.push({ scope: "/", actions: ["Microsoft.Network/privateEndpoints/read"] });
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ verdict: "approve", applied: true });
  });

  it("answers ten requests at once with one decision and one PUT", async () => {
    const id = await bench.ask();
    await Promise.all(Array.from({ length: 10 }, () => bench.review(id)));
    expect(bench.puts()).toBe(1);
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(1);
    expect(bench.alerts).toHaveLength(1);
  });

  it("writes nothing about a connection that Azure does not know", async () => {
    const id = await bench.ask();
    bench.orders.connections.clear();
    expect(await bench.review(id)).toMatchObject({ applied: false, reason: "there is no such connection" });
    expect(await record(id)).toBeUndefined();
    expect(await bench.unfinished()).toBe(0);
  });

  it("takes away what was left of a connection that Azure no longer knows, and had no record yet", async () => {
    const id = await bench.ask();
    await bench.services.ledger.open(id);
    bench.orders.connections.clear();
    expect(await bench.review(id, "sweep")).toMatchObject({ reason: "there is no such connection" });
    expect(await bench.unfinished()).toBe(0);
  });

  it("looks at nothing outside its scope, and at nothing in mode off", async () => {
    const id = await bench.ask();
    const calls = bench.simulator.seen.length;
    expect(await bench.under({ mode: "off" }).review(id)).toMatchObject({
      reason: "mode off: nothing is reviewed",
    });
    const elsewhere = {
      ...bench.services,
      scope: { ...bench.services.scope, subscriptions: [subscriptions.sandbox] },
    };
    const request = { id, cause: "http", actor: "test", requestedAt: new Date(0) } as const;
    expect(await review(elsewhere, request)).toMatchObject({ reason: "it is outside the governed scope" });
    expect(bench.simulator.seen.length).toBe(calls);
  });
});

describe("a mode", () => {
  it("of observe decides and records, and changes nothing", async () => {
    const id = await bench.ask();
    const result = await bench.under({ mode: "observe" }).review(id);
    expect(result).toMatchObject({ verdict: "approve", phase: "Held", applied: false });
    expect(result.reason).toMatch(/^mode observe: the verdict is approve/);
    expect(bench.puts()).toBe(0);
  });

  it("of approve-only approves, and leaves rejecting to a person", async () => {
    const careful = bench.under({ mode: "approve-only" });
    expect(await careful.review(await bench.ask())).toMatchObject({ applied: true });
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    expect(await careful.review(id)).toMatchObject({ verdict: "reject", phase: "Held", applied: false });
    expect(bench.onAzure(id).status).toBe("Pending");
    expect(types()).toEqual(["ConnectionApproved", "ConnectionHeld"]);
  });

  it("that changes decides again what was held", async () => {
    await bench.calm();
    const id = await bench.ask();
    await bench.under({ mode: "observe" }).review(id);
    expect((await bench.under({ mode: "observe" }).sweep()).due).toEqual([]);
    expect((await bench.sweep()).due).toMatchObject([{ text: id.text }]);
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ applied: true });
  });
});

describe("alert rules", () => {
  it("that are true by the dozen are all told, in one transaction with the decision", async () => {
    const rules = Array.from(
      { length: 50 },
      (_, index) =>
        `  - { name: watch ${index}, if: { field: endpoint.id, exists: true }, then: { effect: alert } }`,
    );
    const text = `name: many alerts\nrules:\n${rules.join("\n")}\ndefault: hold\n`;
    const policy = policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
    expect(policy).toMatchObject({ kind: "valid" });
    const id = await bench.ask();
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    const services = { ...bench.services, policy: () => Promise.resolve(policy) };
    expect(await review(services, request)).toMatchObject({ verdict: "hold", phase: "Held" });
    const told = bench.alerts.filter(({ type }) => type === "Drawbridge.RuleAlert");
    expect(told).toHaveLength(10);
    const names = told.flatMap(({ data }) => (data.rules as string[] | undefined) ?? [data.rule]);
    expect(new Set(names).size).toBe(50);
  });
});

describe("a policy that does not load", () => {
  it("holds everything, and lets go when it loads again", async () => {
    const id = await bench.ask();
    expect(await bench.under({ policy: "policies/none" }).review(id)).toMatchObject({
      verdict: "hold",
      phase: "Held",
      reasons: ["the policy does not load, so everything is held"],
    });
    expect(bench.puts()).toBe(0);
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ applied: true });
  });
});

describe("what could not be found out", () => {
  it.each([429, 500, 503])(
    "because of a passing %s is looked at again, not held against anybody",
    async (status) => {
      const id = await bench.ask();
      bench.simulator.faults.add({
        method: "GET",
        path: "/privateendpoints/",
        times: 100,
        does: { kind: "answer", answer: { status, body: {} } },
      });
      expect(await bench.review(id)).toMatchObject({ verdict: "hold", phase: "Seen", applied: false });
      expect(await entries()).toEqual([]);
      expect(await bench.unfinished()).toBe(1);
      bench.simulator.faults.clear();
      bench.pass(minute);
      expect(await bench.review(id)).toMatchObject({ applied: true });
    },
  );

  it("for a long time is held, and a person is told", async () => {
    const id = await bench.ask();
    bench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 1_000,
      does: { kind: "answer", answer: { status: 403, body: { error: { code: "AuthorizationFailed" } } } },
    });
    for (let times = 0; times < 3; times++) {
      await bench.review(id);
      bench.pass(hour);
    }
    expect(types()).toEqual(["ConnectionHeld"]);
  });

  it.each([
    ["an empty answer", { status: 200, body: {} }],
    ["a page of HTML", { status: 200, body: "<html>" }],
  ])("since Azure sent %s for the connection is no reason to act", async (_, answer) => {
    const id = await bench.ask();
    bench.simulator.faults.add({
      method: "GET",
      path: path(id),
      times: 100,
      does: { kind: "answer", answer },
    });
    expect(await bench.review(id)).toMatchObject({ applied: false });
    expect(bench.puts()).toBe(0);
    bench.simulator.faults.clear();
    bench.pass(minute);
    expect(await bench.review(id)).toMatchObject({ applied: true });
  });

  it("of the service leaves its facts unknown, and holds", async () => {
    const id = await bench.ask();
    const empty = { kind: "answer", answer: { status: 200, body: {} } } as const;
    bench.simulator.faults.add({
      method: "GET",
      path: "/service/apim-orders",
      times: 100,
      after: 1,
      does: empty,
    });
    const result = await bench.review(id);
    expect(result).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "empty-answer" }],
    });
    expect(bench.puts()).toBe(0);
  });
});

describe("people", () => {
  it("who decide what was held are recorded, never fought", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await bench.review(id);
    settle({ emit: () => {} }, bench.onAzure(id), "Approved", "by hand");
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({
      phase: "Overridden",
      state: "Approved",
      reason: "not pending",
    });
    bench.pass(hour);
    await bench.review(id);
    expect(types()).toEqual(["ConnectionHeld", "ConnectionOverridden"]);
    expect(bench.puts()).toBe(0);
  });

  it("who undo what was applied are recorded, never fought", async () => {
    const id = await bench.ask();
    await bench.review(id);
    settle({ emit: () => {} }, bench.onAzure(id), "Rejected", "by hand");
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ phase: "Overridden", state: "Rejected" });
    expect(bench.puts()).toBe(1);
  });

  it("who approved before we first looked are left alone", async () => {
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    settle({ emit: () => {} }, bench.onAzure(id), "Approved", "by hand");
    expect(await bench.review(id)).toMatchObject({ phase: "Adopted", applied: false });
    expect(await entries()).toMatchObject([
      { kind: "adoption", connections: [{ id: id.text, state: "Approved" }] },
    ]);
    expect(types()).toEqual(["ServiceAdopted"]);
  });
});

describe("a connection that is gone", () => {
  it("is Gone once a second look confirms it", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await bench.review(id);
    bench.orders.connections.clear();
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ phase: "Held" });
    bench.pass(2 * minute);
    expect(await bench.review(id)).toMatchObject({ phase: "Gone" });
    expect(await bench.unfinished()).toBe(0);
  });
});

describe("a sweep", () => {
  it("finds what events missed, and nothing once all is settled", async () => {
    const ids = [await bench.ask(), await bench.ask({ subscriptionId: subscriptions.sandbox })];
    const swept = await bench.sweep();
    // A service that was never read is read itself, whole.
    expect(swept.due.map(({ text }) => text)).toContain(bench.orders.id);
    await bench.follow(swept);
    expect(ids.map((id) => bench.onAzure(id).status)).toEqual(["Approved", "Rejected"]);
    for (let sweeps = 0; sweeps < 3; sweeps++) await bench.follow(await bench.sweep());
    expect((await bench.sweep()).due).toEqual([]);
  });

  it("finds what an attempt left unfinished when its process ended", async () => {
    await bench.calm();
    const id = await bench.ask();
    const died = { ...bench.services.azure, setState: () => Promise.reject(new Error("the process ended")) };
    const attempt = review(
      { ...bench.services, azure: died },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    await expect(attempt).rejects.toThrow("the process ended");
    expect((await record(id))?.phase).toBe("Applying");
    expect(await bench.review(id)).toMatchObject({ reason: "another review of it is at work" });
    // Nobody knows whether it was sent: it is looked for as long as Azure may take.
    bench.pass(5 * minute);
    expect((await bench.sweep()).due).toMatchObject([{ text: id.text }]);
    expect(await bench.review(id, "sweep")).toMatchObject({ phase: "Applying", applied: false });
    bench.pass(5 * minute);
    expect((await bench.sweep()).due).toMatchObject([{ text: id.text }]);
    expect(await bench.review(id, "sweep")).toMatchObject({ applied: true });
    expect(bench.puts()).toBe(1);
  });

  it("tells alerts that a process had no time to tell", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await review(
      { ...bench.services, alerts: bench.deaf },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    expect(bench.alerts).toEqual([]);
    bench.pass(2 * hour);
    await bench.review(id);
    expect(types()).toEqual(["ConnectionHeld"]);
  });

  it("finds what a person did to a connection that was held", async () => {
    await bench.calm();
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await bench.review(id);
    settle({ emit: () => {} }, bench.onAzure(id), "Approved", "by hand");
    expect((await bench.sweep()).due).toMatchObject([{ text: id.text }]);
  });

  it("says which subscription it could not read, and sweeps the others", async () => {
    const scope = { subscriptions: [subscriptions.partner, subscriptions.platform] };
    const id = await bench.ask();
    const swept = await bench.under({ scope }).sweep();
    // Of a service without connections the inventory does not say whether it lacks them: it is read itself.
    const without = id.service.text.replace("apim-orders", "apim-payments");
    expect(swept.due).toMatchObject([{ text: id.service.text }, { text: without }]);
    // The inventory leaves out what may not be read; its own provider says so, once a day.
    bench.pass(24 * hour);
    expect((await bench.under({ scope }).sweep()).unread).toEqual([subscriptions.partner]);
  });
});
