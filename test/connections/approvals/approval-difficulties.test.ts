import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { dayMs, hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { knownRead, mapRead } from "../../../src/lib/estate/read.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const { alertTypes, entries, record } = observationsOf(() => bench);
const path = (id: { text: string }) => id.text.toLowerCase();

describe("an approval", () => {
  it("whose answer is lost is read again and found applied", async () => {
    const id = await bench.ask();
    bench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "reset", applied: true } });
    expect(await bench.review(id)).toMatchObject({ applied: true, phase: "Applied" });
    expect(bench.puts()).toBe(1);
  });

  it("that may never have arrived is sent again after the time that Azure needs for one", async () => {
    const id = await bench.ask();
    bench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "reset", applied: false } });
    expect(await bench.review(id)).toMatchObject({ applied: false, phase: "Applying" });
    for (let minutes = 1; minutes < 10; minutes++) {
      bench.pass(minuteMs);
      expect(await bench.review(id)).toMatchObject({ applied: false, phase: "Applying" });
    }
    expect(bench.puts()).toBe(1);
    bench.pass(minuteMs);
    expect(await bench.review(id, "http")).toMatchObject({ applied: true });
    expect(bench.puts()).toBe(2);
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(1);
  });

  it("that Azure is too busy for is retried at the time that Azure gives", async () => {
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

  it("that Azure is too busy for is not tried sooner because a read fails meanwhile", async () => {
    const id = await bench.ask();
    const answer = {
      status: 429,
      body: { error: { code: "TooManyRequests" } },
      headers: { "retry-after": "600" },
    };
    bench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "answer", answer } });
    await bench.review(id);
    const until = "2026-11-24T08:10:00.000Z";
    expect((await record(id))?.nextAt).toBe(until);
    const refusal = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    bench.simulator.faults.add({ method: "GET", path: path(id), does: { kind: "answer", answer: refusal } });
    bench.pass(minuteMs);
    await bench.review(id);
    expect(await record(id)).toMatchObject({ attempts: 1, nextAt: until });
    bench.pass(minuteMs);
    await bench.review(id);
    expect(bench.puts()).toBe(1);
    bench.pass(8 * minuteMs);
    expect(await bench.review(id)).toMatchObject({ applied: true });
  });

  it("that Azure refuses is Failed, alerted once, and retried hourly in silence", async () => {
    const id = await bench.ask();
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    bench.simulator.faults.add({ method: "PUT", path: path(id), times: 3, does: { kind: "answer", answer } });
    for (let times = 0; times < 3; times++) {
      expect(await bench.review(id)).toMatchObject({ phase: "Failed", applied: false });
      bench.pass(hourMs);
    }
    expect(alertTypes()).toEqual(["ConnectionFailed"]);
    expect(await bench.review(id)).toMatchObject({ applied: true });
  });

  it("that Azure keeps refusing is decided again, and alerted again, once a week, before its decision can be archived", async () => {
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
      bench.pass(dayMs);
    }
    expect(await decisions()).toBe(1);
    for (let days = 7; days < 14; days++) {
      await bench.review(id);
      bench.pass(dayMs);
    }
    expect(await decisions()).toBe(2);
    expect(alertTypes()).toEqual(["ConnectionFailed", "ConnectionFailed"]);
  });

  it("is not sent if the connection changes between decision and PUT", async () => {
    const id = await bench.ask();
    // The first read is the decision's; the second, just before the PUT, finds that a person has decided.
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
    expect(alertTypes()).toEqual(["ConnectionOverridden"]);
  });

  it("is decided again if the endpoint changes between decision and PUT", async () => {
    const id = await bench.ask();
    const endpoint = bench.simulator.world.endpoints.get(bench.onAzure(id).endpointId.toLowerCase());
    if (endpoint === undefined) throw new Error("no endpoint");
    const { azure: real } = bench.services;
    let reads = 0;
    const azure = {
      ...bench.services.azure,
      connection: (each: typeof id) => {
        // Between the decision's read of the endpoint and the read before the PUT.
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

  it("is not sent if the connection names another endpoint between decision and PUT, and that one is judged", async () => {
    const id = await bench.ask();
    const { endpointId } = bench.onAzure(await bench.ask({ subscriptionId: subscriptions.sandbox }));
    const { azure } = bench.services;
    const connection: typeof azure.connection = async (asked) => {
      if ((await record(id))?.phase === "Decided") Object.assign(bench.onAzure(id), { endpointId });
      return azure.connection(asked);
    };
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    const result = await review({ ...bench.services, azure: { ...azure, connection } }, request);
    expect(result).toMatchObject({ verdict: "reject", state: "Rejected" });
    expect(bench.puts()).toBe(1);
  });

  it("is not sent if the policy changes between decision and PUT, and is decided by the new one", async () => {
    const id = await bench.ask();
    const [before, after] = [bench.services, bench.under({ policy: "policies/none" }).services];
    const policy = async () => ((await record(id))?.phase === "Decided" ? after : before).policy();
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    expect(await review({ ...before, policy }, request)).toMatchObject({ phase: "Held", verdict: "hold" });
    expect(bench.puts()).toBe(0);
    expect((await entries()).map((each) => each.kind === "decision" && each.action)).toEqual([
      "approve",
      "none",
    ]);
  });

  it("is sent although Azure writes the ids of the endpoint in another case between decision and PUT", async () => {
    const id = await bench.ask();
    const { azure } = bench.services;
    let reads = 0;
    const endpoint: typeof azure.endpoint = async (asked) => {
      const read = await azure.endpoint(asked);
      if (read.kind === "unknown" || reads++ === 0) return read;
      const subnetId = mapRead(read.value.subnetId, (text) => text.toUpperCase());
      return knownRead({ ...read.value, subnetId });
    };
    const request = { id, cause: "http", actor: "test", requestedAt: bench.services.clock.now() } as const;
    const result = await review({ ...bench.services, azure: { ...azure, endpoint } }, request);
    expect(result).toMatchObject({ applied: true });
    expect(reads).toBeGreaterThan(1);
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(1);
  });

  it("that takes effect after the policy changed is recognised as ours", async () => {
    bench.orders.operationMs = 12 * minuteMs;
    const id = await bench.ask();
    // Its answer is lost, so its operation is unknown, and there is no sign of it for too long.
    bench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "reset", applied: true } });
    expect(await bench.review(id)).toMatchObject({ phase: "Applying" });
    bench.pass(10 * minuteMs);
    expect(await bench.under({ landingZones: [] }).review(id)).toMatchObject({ phase: "Held" });
    bench.pass(5 * minuteMs);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionApproved"]);
    const [first, ...later] = await entries();
    expect(later).toMatchObject([
      { kind: "outcome", decisionId: first?.id, phase: "Decided" },
      { kind: "decision", verdict: { kind: "hold" } },
      { kind: "outcome", decisionId: first?.id, phase: "Applied" },
    ]);
  });

  it("that a stale answer shows as Pending is read again before anything is concluded", async () => {
    const id = await bench.ask();
    await bench.review(id);
    const answer = { status: 200, body: connectionBody(id.text, "Pending") };
    bench.simulator.faults.add({ method: "GET", path: path(id), does: { kind: "answer", answer } });
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", applied: false });
    bench.pass(minuteMs);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(bench.puts()).toBe(1);
    expect((await entries()).map(({ kind }) => kind)).toEqual(["decision", "outcome"]);
    expect(await bench.unfinished()).toBe(0);
  });

  it("is not sent a minute after it was counted, and is counted again", async () => {
    const id = await bench.ask();
    const { azure: real } = bench.services;
    let reads = 0;
    const azure = {
      ...real,
      connection: (each: typeof id) => {
        if (++reads === 2) bench.pass(minuteMs);
        return real.connection(each);
      },
    };
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    expect(await review({ ...bench.services, azure }, request)).toMatchObject({
      applied: false,
      reason: "the review took longer than a minute after its decision, so nothing was written",
    });
    expect(bench.puts()).toBe(0);
    bench.pass(minuteMs);
    expect(await bench.review(id)).toMatchObject({ applied: true });
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
