import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";
import { connectionBody } from "./connection-body.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes, entries, record } = observationsOf(() => workbench);
const path = (id: { text: string }) => id.text.toLowerCase();

describe("an approval", () => {
  it("whose answer is lost is read again and found applied", async () => {
    const id = await workbench.ask();
    workbench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "reset", applied: true } });
    expect(await workbench.review(id)).toMatchObject({ applied: true, phase: "Applied" });
    expect(workbench.puts()).toBe(1);
  });

  it("that may never have arrived is sent again after the time that Azure needs for one", async () => {
    const id = await workbench.ask();
    workbench.simulator.faults.add({
      method: "PUT",
      path: path(id),
      does: { kind: "reset", applied: false },
    });
    expect(await workbench.review(id)).toMatchObject({ applied: false, phase: "Applying" });
    for (let minutes = 1; minutes < 10; minutes++) {
      workbench.pass(minuteMs);
      expect(await workbench.review(id)).toMatchObject({ applied: false, phase: "Applying" });
    }
    expect(workbench.puts()).toBe(1);
    workbench.pass(minuteMs);
    expect(await workbench.review(id, "http")).toMatchObject({ applied: true });
    expect(workbench.puts()).toBe(2);
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(1);
  });

  it("that Azure is too busy for is retried at the time that Azure gives", async () => {
    const id = await workbench.ask();
    const answer = {
      status: 429,
      body: { error: { code: "TooManyRequests" } },
      headers: { "retry-after": "90" },
    };
    workbench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "answer", answer } });
    expect(await workbench.review(id)).toMatchObject({
      phase: "Decided",
      reason: "Azure was busy (TooManyRequests)",
    });
    expect((await record(id))?.nextAt).toBe("2026-11-24T08:01:30.000Z");
  });

  it("that Azure is too busy for is not tried sooner because a read fails meanwhile", async () => {
    const id = await workbench.ask();
    const answer = {
      status: 429,
      body: { error: { code: "TooManyRequests" } },
      headers: { "retry-after": "600" },
    };
    workbench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "answer", answer } });
    await workbench.review(id);
    const until = "2026-11-24T08:10:00.000Z";
    expect((await record(id))?.nextAt).toBe(until);
    const refusal = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    workbench.simulator.faults.add({
      method: "GET",
      path: path(id),
      does: { kind: "answer", answer: refusal },
    });
    workbench.pass(minuteMs);
    await workbench.review(id);
    expect(await record(id)).toMatchObject({ attempts: 1, nextAt: until });
    workbench.pass(minuteMs);
    await workbench.review(id);
    expect(workbench.puts()).toBe(1);
    workbench.pass(8 * minuteMs);
    expect(await workbench.review(id)).toMatchObject({ applied: true });
  });

  it("that Azure refuses is Failed, alerted once, and retried hourly in silence", async () => {
    const id = await workbench.ask();
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    workbench.simulator.faults.add({
      method: "PUT",
      path: path(id),
      times: 3,
      does: { kind: "answer", answer },
    });
    for (let times = 0; times < 3; times++) {
      expect(await workbench.review(id)).toMatchObject({ phase: "Failed", applied: false });
      workbench.pass(hourMs);
    }
    expect(alertTypes()).toEqual(["ConnectionFailed"]);
    expect(await workbench.review(id)).toMatchObject({ applied: true });
  });

  it("that Azure keeps refusing is decided again, and alerted again, once a week, before its decision can be archived", async () => {
    const id = await workbench.ask();
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    workbench.simulator.faults.add({
      method: "PUT",
      path: path(id),
      times: 99,
      does: { kind: "answer", answer },
    });
    const decisions = async () =>
      (await workbench.services.ledger.entries({ kind: "decision" }, { top: 100 })).items.length;
    for (let days = 0; days < 7; days++) {
      await workbench.review(id);
      workbench.pass(dayMs);
    }
    expect(await decisions()).toBe(1);
    for (let days = 7; days < 14; days++) {
      await workbench.review(id);
      workbench.pass(dayMs);
    }
    expect(await decisions()).toBe(2);
    expect(alertTypes()).toEqual(["ConnectionFailed", "ConnectionFailed"]);
  });

  it("that takes effect after the policy changed is recognised as ours", async () => {
    workbench.orders.operationMs = 12 * minuteMs;
    const id = await workbench.ask();
    // Its answer is lost, so its operation is unknown, and there is no sign of it for too long.
    workbench.simulator.faults.add({ method: "PUT", path: path(id), does: { kind: "reset", applied: true } });
    expect(await workbench.review(id)).toMatchObject({ phase: "Applying" });
    workbench.pass(10 * minuteMs);
    expect(await workbench.under({ landingZones: [] }).review(id)).toMatchObject({ phase: "Held" });
    workbench.pass(5 * minuteMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionApproved"]);
    const [first, ...later] = await entries();
    expect(later).toMatchObject([
      { kind: "outcome", decisionId: first?.id, phase: "Decided" },
      { kind: "decision", verdict: { kind: "hold" } },
      { kind: "outcome", decisionId: first?.id, phase: "Applied" },
    ]);
  });

  it("that a stale answer shows as Pending is read again before anything is concluded", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    const answer = { status: 200, body: connectionBody(id.text, "Pending") };
    workbench.simulator.faults.add({ method: "GET", path: path(id), does: { kind: "answer", answer } });
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ phase: "Applied", applied: false });
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(workbench.puts()).toBe(1);
    expect((await entries()).map(({ kind }) => kind)).toEqual(["decision", "outcome"]);
    expect(await workbench.unfinished()).toBe(0);
  });

  it("is not sent a minute after it was counted, and is counted again", async () => {
    const id = await workbench.ask();
    const { azure: real } = workbench.services;
    let reads = 0;
    const azure = {
      ...real,
      connection: (each: typeof id) => {
        if (++reads === 2) workbench.pass(minuteMs);
        return real.connection(each);
      },
    };
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    expect(await review({ ...workbench.services, azure }, request)).toMatchObject({
      applied: false,
      reason: "the review took longer than a minute after its decision, so nothing was written",
    });
    expect(workbench.puts()).toBe(0);
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({ applied: true });
  });
});
