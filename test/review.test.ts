import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plusMs } from "../src/lib/clock.ts";
import { review } from "../src/lib/connections/review.ts";
import { reevaluate } from "../src/lib/connections/reevaluate.ts";
import { reviewService } from "../src/lib/connections/review-service.ts";

import { settle } from "../simulator/api-management.ts";
import { subscriptions } from "../simulator/estate.ts";
import { startWorkbench, type Workbench } from "./workbench.ts";

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
/** Marks of work that is not at rest: what is held waits for another decider too. */
const unfinished = async () => {
  let count = 0;
  for await (const { wait } of bench.services.ledger.marks()) count += wait?.decider === undefined ? 1 : 0;
  return count;
};
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
    expect(await unfinished()).toBe(0);
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

  it("takes an approval that Azure answers with 202 and finishes later", async () => {
    bench.orders.operationMs = 700;
    const id = await bench.ask();
    expect(await bench.review(id)).toMatchObject({ applied: true, state: "Approved" });
  });

  it("parks an approval that takes longer than it waits, and confirms it by looking, with no second PUT", async () => {
    bench.orders.operationMs = 5_500;
    const id = await bench.ask();
    expect(await bench.review(id)).toMatchObject({
      phase: "Applying",
      applied: false,
      reason: "Azure has not confirmed it yet",
    });
    expect(await unfinished()).toBe(1);
    await new Promise((later) => setTimeout(later, 2_500));
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
    expect(await unfinished()).toBe(0);
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
    expect(await unfinished()).toBe(0);
  });

  it("takes away what was left of a connection that Azure no longer knows, and had no record yet", async () => {
    const id = await bench.ask();
    await bench.services.ledger.open(id);
    bench.orders.connections.clear();
    expect(await bench.review(id, "sweep")).toMatchObject({ reason: "there is no such connection" });
    expect(await unfinished()).toBe(0);
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

describe("a policy that does not load", () => {
  it("holds everything, and lets go when it loads again", async () => {
    const id = await bench.ask();
    expect(await bench.under({ policy: "policies/none" }).review(id)).toMatchObject({
      verdict: "hold",
      phase: "Held",
      reasons: ["the policy does not load, and without one everything is held"],
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
      expect(await unfinished()).toBe(1);
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
      unknown: [{ field: "connection.groupId", reason: "empty-answer" }],
    });
    expect(bench.puts()).toBe(0);
  });
});

describe("an approval", () => {
  it("whose answer is lost is looked at, and found applied", async () => {
    const id = await bench.ask();
    bench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "reset", applied: true } });
    expect(await bench.review(id)).toMatchObject({ applied: true, phase: "Applied" });
    expect(bench.puts()).toBe(1);
  });

  it("that never arrived is tried again, later", async () => {
    const id = await bench.ask();
    bench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "reset", applied: false } });
    expect(await bench.review(id)).toMatchObject({ applied: false, phase: "Applying" });
    bench.pass(minute);
    expect(await bench.review(id)).toMatchObject({ applied: true });
    expect(bench.puts()).toBe(2);
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(1);
  });

  it("that Azure is too busy for is tried again when Azure says", async () => {
    const id = await bench.ask();
    const answer = {
      status: 429,
      body: { error: { code: "TooManyRequests" } },
      headers: { "retry-after": "90" },
    };
    bench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "answer", answer } });
    expect(await bench.review(id)).toMatchObject({
      phase: "Decided",
      reason: "Azure was busy (TooManyRequests)",
    });
    expect((await record(id))?.nextAt).toBe("2026-11-24T08:01:30.000Z");
  });

  it("that Azure refuses is Failed, told once, and tried again every hour in silence", async () => {
    const id = await bench.ask();
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    bench.simulator.faults.add({ method: "PUT", path: path(id), times: 3, does: { kind: "answer", answer } });
    for (let times = 0; times < 3; times++) {
      expect(await bench.review(id)).toMatchObject({ phase: "Failed", applied: false });
      bench.pass(hour);
    }
    expect(types()).toEqual(["ConnectionFailed"]);
    expect(await bench.review(id)).toMatchObject({ applied: true });
  });

  it("that Azure refuses for long is decided anew once a week, and told again: what is acted on is not as old as the archive", async () => {
    const id = await bench.ask();
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    bench.simulator.faults.add({
      method: "PUT",
      path: path(id),
      times: 99,
      does: { kind: "answer", answer },
    });
    const decisions = async () =>
      (await bench.services.ledger.entries({ kind: "decision" }, { top: 100 })).items.length;
    for (let days = 0; days < 7; days++) {
      await bench.review(id);
      bench.pass(24 * hour);
    }
    expect(await decisions()).toBe(1);
    for (let days = 7; days < 14; days++) {
      await bench.review(id);
      bench.pass(24 * hour);
    }
    expect(await decisions()).toBe(2);
    expect(types()).toEqual(["ConnectionFailed", "ConnectionFailed"]);
  });

  it("is not sent when the world moves between decision and action", async () => {
    const id = await bench.ask();
    // The first read is the decision's; the second, just before the PUT, finds that a person was quicker.
    const answer = { status: 200, body: connectionBody(id.text, "Rejected") };
    bench.simulator.faults.add({
      method: "GET",
      path: path(id),
      after: 1,
      times: 10,
      does: { kind: "answer", answer },
    });
    expect(await bench.review(id)).toMatchObject({ phase: "Overridden", applied: false });
    expect(bench.puts()).toBe(0);
    expect(types()).toEqual(["ConnectionOverridden"]);
  });

  it("is decided again when the endpoint changes in between", async () => {
    const id = await bench.ask();
    const endpoint = bench.simulator.world.endpoints.get(bench.onAzure(id).endpointId.toLowerCase());
    if (endpoint === undefined) throw new Error("no endpoint");
    const { azure: real } = bench.services;
    let reads = 0;
    const azure = {
      ...bench.services.azure,
      connection: (each: typeof id) => {
        // Between the decision's read of the endpoint and the look before the PUT.
        if (++reads === 2) endpoint.etag = 'W/"moved"';
        return real.connection(each);
      },
    };
    const result = await review(
      { ...bench.services, azure },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    expect(result).toMatchObject({ applied: true });
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(2);
    expect(bench.puts()).toBe(1);
  });

  it("that comes through after the policy has become another one is known for ours", async () => {
    bench.orders.operationMs = 6_000;
    const id = await bench.ask();
    expect(await bench.review(id)).toMatchObject({ phase: "Applying" });
    bench.pass(minute);
    expect(await bench.under({ landingZones: [] }).review(id)).toMatchObject({ phase: "Held" });
    await new Promise((later) => setTimeout(later, 3_000));
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(types()).toEqual(["ConnectionHeld", "ConnectionApproved"]);
    const [first, , outcome] = await entries();
    expect(outcome).toMatchObject({ kind: "outcome", decisionId: first?.id });
  });

  it("that an old answer shows as Pending is looked at a second time before anything is made of it", async () => {
    const id = await bench.ask();
    await bench.review(id);
    const answer = { status: 200, body: connectionBody(id.text, "Pending") };
    bench.simulator.faults.add({ method: "GET", path: path(id), does: { kind: "answer", answer } });
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", applied: false });
    bench.pass(minute);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(bench.puts()).toBe(1);
    expect((await entries()).map(({ kind }) => kind)).toEqual(["decision", "outcome"]);
    expect(await unfinished()).toBe(0);
  });

  it("that was counted a minute ago is not sent any more, but counted anew", async () => {
    const id = await bench.ask();
    const { azure: real } = bench.services;
    let reads = 0;
    const azure = {
      ...real,
      connection: (each: typeof id) => {
        if (++reads === 2) bench.pass(minute);
        return real.connection(each);
      },
    };
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    expect(await review({ ...bench.services, azure }, request)).toMatchObject({
      applied: false,
      reason: "it kept changing, or took too long, while it was reviewed",
    });
    expect(bench.puts()).toBe(0);
    bench.pass(minute);
    expect(await bench.review(id)).toMatchObject({ applied: true });
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
    expect(await unfinished()).toBe(0);
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
    expect(swept.due).toMatchObject([{ text: id.service.text }]);
    // The inventory leaves out what may not be read; its own provider says so, once a day.
    bench.pass(24 * hour);
    expect((await bench.under({ scope }).sweep()).unread).toEqual([subscriptions.partner]);
  });
});

describe("a review whose turn does not come in time", () => {
  /** The services, where whoever asks for a turn waits three minutes for somebody else's. */
  const behind = ({ service }: { readonly service: { readonly text: string } }) => {
    const { turns } = bench.services;
    const { promise, resolve } = Promise.withResolvers<void>();
    void turns.take(service.text, () => promise);
    const take: typeof turns.take = (key, work) => {
      const mine = turns.take(key, work);
      bench.pass(3 * minute);
      resolve();
      return mine;
    };
    return { ...bench.services, turns: { take } };
  };
  const request = () => ({ cause: "sweep", actor: "test", requestedAt: bench.services.clock.now() }) as const;

  it("is left to the next sweep, which is told of what has a record", async () => {
    const [known, fresh] = [await bench.ask(), await bench.ask()];
    await bench.review(known);
    const calls = bench.simulator.seen.length;
    for (const id of [known, fresh])
      expect(await review(behind(id), { ...request(), id })).toMatchObject({
        applied: false,
        reason: "reviews of its service take long; the next sweep looks at it",
      });
    expect(bench.simulator.seen.length).toBe(calls);
    expect(await record(fresh)).toBeUndefined();
    expect(await unfinished()).toBe(1);
    await bench.calm();
    expect(bench.onAzure(fresh).status).toBe("Approved");
    expect(await unfinished()).toBe(0);
  });

  it("ends the review of its service, which does not count as read", async () => {
    const id = await bench.ask();
    const { digests } = bench.services;
    const read = async () => (await digests.all()).get(digests.keyOf(id.service))?.readAt;
    expect(await reviewService(behind(id), id.service, request())).toEqual([]);
    expect(await read()).toBeUndefined();
    await bench.calm();
    expect(bench.onAzure(id).status).toBe("Approved");
    await reviewService(bench.services, id.service, request());
    expect(await read()).toBeDefined();
  });
});

describe("a review of a service", () => {
  it("reviews what is Pending, one after the other, and not what is settled", async () => {
    const first = await bench.ask();
    await bench.review(first);
    const second = await bench.ask();
    bench.pass(1);
    const request = { cause: "event", actor: "test", requestedAt: bench.services.clock.now() } as const;
    const results = await reviewService(bench.services, first.service, request);
    expect(results).toMatchObject([{ connection: second.text, applied: true }]);
  });

  it("says that the service could not be read, rather than that it has none", async () => {
    const { service } = await bench.ask();
    bench.simulator.faults.add({
      path: "/service/apim-orders",
      times: 10,
      does: { kind: "answer", answer: { status: 500, body: {} } },
    });
    const request = { cause: "event", actor: "test", requestedAt: bench.services.clock.now() } as const;
    expect(await reviewService(bench.services, service, request)).toBeUndefined();
  });
});

describe("a re-evaluation", () => {
  const soon = () => plusMs(bench.services.clock.now(), minute);

  it("of more than there is time for says what is left, and goes on after the last that it looked at", async () => {
    const ids = [await bench.ask({ name: "pe-c" }), await bench.ask({ name: "pe-a" }), await bench.ask()];
    const inOrder = ids.map(({ text }) => text).toSorted();
    const asked = { scope: ids[0]!.service, dryRun: false, states: ["Pending"], actor: "test" };
    const { azure } = bench.services;
    let reads = 0;
    const service: typeof azure.service = (id) => {
      // The first is to list them; the second is the first review's.
      if (++reads === 2) bench.pass(2 * minute);
      return azure.service(id);
    };
    const first = await reevaluate(
      { ...bench.services, azure: { ...azure, service } },
      { ...asked, beginBy: soon() },
    );
    if (first.kind === "unknown") throw new Error("it could be read");
    const { results, left } = first.value;
    expect([...results.map(({ connection }) => connection), ...left.map(({ text }) => text)]).toEqual(
      inOrder,
    );
    expect(results).toHaveLength(1);
    const after = inOrder[0]!;
    const second = await reevaluate(bench.services, { ...asked, beginBy: soon(), after });
    expect(second).toMatchObject({
      value: { results: inOrder.slice(1).map((connection) => ({ connection, applied: true })), left: [] },
    });
  });

  it("of what is not Pending says what the policy says now, and writes nothing", async () => {
    const id = await bench.ask();
    await bench.review(id);
    bench.pass(1);
    const changed = bench.under({ landingZones: [] });
    const asked = { scope: id.service, dryRun: false, states: ["Approved"], actor: "test", beginBy: soon() };
    expect(await reevaluate(changed.services, asked)).toMatchObject({
      value: {
        results: [
          { connection: id.text, state: "Approved", verdict: "hold", applied: false, reason: "not pending" },
        ],
        left: [],
      },
    });
    expect(bench.onAzure(id).status).toBe("Approved");
    expect(bench.puts()).toBe(1);
  });

  it("that is dry records and changes nothing", async () => {
    const id = await bench.ask();
    const asked = { scope: id, dryRun: true, states: [], actor: "test", beginBy: soon() };
    expect(await reevaluate(bench.services, asked)).toMatchObject({
      value: { results: [{ verdict: "approve", applied: false, reason: "dry run" }], left: [] },
    });
    expect(await record(id)).toBeUndefined();
    expect(bench.puts()).toBe(0);
  });
});

function connectionBody(id: string, status: string) {
  return {
    id,
    name: id.split("/").at(-1),
    type: "t",
    properties: { privateLinkServiceConnectionState: { status, description: "by hand" } },
  };
}
