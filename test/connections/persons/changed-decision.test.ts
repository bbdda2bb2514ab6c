import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decideHeld } from "../../../src/lib/connections/decide-held.ts";
import { dayMs, minuteMs, plusMs } from "../../../src/lib/clock.ts";
import { transientAttemptsMax } from "../../../src/lib/connections/decide.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** A person decides on what a person decided before, while that is not written yet. */
let workbench: Workbench;
let limited: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
  limited = workbench.under({ rateLimits: { approvalsPerHour: 1 } });
});
afterEach(() => workbench.stop());

const { alertTypes, record, entries } = observationsOf(() => workbench);
type Id = Parameters<Workbench["review"]>[0];
type Asked = Partial<Parameters<typeof decideHeld>[1]>;

const decide = (connection: Id, verdict: "approve" | "reject", more: Asked = {}, on = limited) =>
  decideHeld(on.services, { connection, verdict, by: "ana", reason: `${verdict} it`, ...more });

async function held(): Promise<Id> {
  const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await limited.review(id);
  return id;
}

/** A connection with a person's approval, which waits until the approvals breaker closes. */
async function waiting(more: Asked = {}): Promise<Id> {
  const [first, second] = [await held(), await held()];
  await decide(first, "approve");
  await decide(second, "approve", more);
  expect(await record(second)).toMatchObject({ phase: "Decided", waitsForPermit: "approvals" });
  return second;
}

describe("an approval that waits for the approvals breaker", () => {
  it("is taken back by a rejection, which is applied at once", async () => {
    const id = await waiting();
    const answer = await decide(id, "reject", { by: "bo" });
    expect(answer).toMatchObject({ kind: "decided", record: { phase: "Applied", state: "Rejected" } });
    expect(workbench.onAzure(id)).toMatchObject({ status: "Rejected" });
    expect(await record(id)).toMatchObject({ person: { by: "bo", verdict: "reject", reason: "reject it" } });
    expect(await record(id)).not.toHaveProperty("waitsForPermit");
    const mine = (await entries()).filter((each) => "connection" in each && each.connection === id.text);
    expect(mine).toMatchObject([
      { kind: "decision", verdict: { kind: "hold" } },
      { kind: "decision", action: "approve", person: { by: "ana" } },
      { kind: "decision", action: "reject", person: { by: "bo" } },
      { kind: "outcome", phase: "Applied", state: "Rejected" },
    ]);
    expect((await workbench.services.ledger.head(id.service)).reservations).toHaveLength(1);
    workbench.pass(70 * minuteMs);
    await sweepAndFollow(limited);
    expect(workbench.onAzure(id)).toMatchObject({ status: "Rejected" });
    expect(
      alertTypes()
        .filter((type) => type.startsWith("Connection"))
        .slice(2),
    ).toEqual(["ConnectionApproved", "ConnectionRejected"]);
  });

  it("gets another end by another approval, and ends then", async () => {
    const until = plusMs(workbench.services.clock.now(), 3 * dayMs);
    const id = await waiting();
    expect(await decide(id, "approve", { until })).toMatchObject({
      kind: "decided",
      record: { phase: "Decided", waitsForPermit: "approvals", term: { until } },
    });
    workbench.pass(70 * minuteMs);
    await sweepAndFollow(limited);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Approved", term: { until } });
  });

  it("stays where the rejection cannot be followed, which says so", async () => {
    const id = await waiting();
    const approveOnly = workbench.under({ mode: "approve-only", rateLimits: { approvalsPerHour: 1 } });
    const refused = await decide(id, "reject", {}, approveOnly);
    expect(refused).toMatchObject({
      kind: "refused",
      reason: "mode approve-only: a rejection is not applied",
    });
    expect(await record(id)).toMatchObject({ phase: "Decided", person: { verdict: "approve" } });
    const answer = { status: 503, body: { error: { code: "Unavailable", message: "no" } } };
    const path = id.text.slice(id.text.lastIndexOf("/"));
    workbench.simulator.faults.add({ method: "GET", path, times: 99, does: { kind: "answer", answer } });
    const before = await record(id);
    expect(await decide(id, "reject")).toMatchObject({
      kind: "refused",
      reason: "the connection could not be read (failed); ask again later",
    });
    expect(await record(id)).toEqual({ ...before, version: expect.anything() });
    workbench.simulator.faults.clear();
    expect(await decide(id, "reject")).toMatchObject({ kind: "decided", record: { state: "Rejected" } });
  });
});

describe("a fact that cannot be read for the moment", () => {
  const failEndpoints = () => {
    const answer = { status: 503, body: { error: { code: "Unavailable", message: "no" } } };
    const does = { kind: "answer", answer } as const;
    workbench.simulator.faults.add({ method: "GET", path: "/privateendpoints/", times: 9_999, does });
  };

  it("does not keep a person from rejecting", async () => {
    const [id, other] = [await waiting(), await held()];
    failEndpoints();
    const unread = expect.stringContaining("a fact could not be read for the moment");
    expect(await decide(id, "approve")).toMatchObject({ kind: "refused", reason: unread });
    for (const each of [id, other])
      expect(await decide(each, "reject")).toMatchObject({ kind: "decided", record: { state: "Rejected" } });
  });

  it("keeps a person's approval from being sent until it is read, however long that takes", async () => {
    const id = await waiting();
    failEndpoints();
    for (let attempts = 0; attempts < transientAttemptsMax + 2; attempts++) {
      workbench.pass(61 * minuteMs);
      await sweepAndFollow(limited);
    }
    expect(workbench.onAzure(id)).toMatchObject({ status: "Pending" });
    expect((await record(id))?.attempts).toBeGreaterThan(transientAttemptsMax);
    workbench.simulator.faults.clear();
    workbench.pass(61 * minuteMs);
    await sweepAndFollow(limited);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Approved" });
  });
});

describe("an approval until a time", () => {
  const inMinutes = (minutes: number) => plusMs(workbench.services.clock.now(), minutes * minuteMs);

  it("is refused where the breaker stays open for longer, and may be asked for with a later end", async () => {
    const [first, second] = [await held(), await held()];
    await decide(first, "approve");
    const before = await entries();
    const until = inMinutes(30);
    const refused = await decide(second, "approve", { until });
    expect(refused).toMatchObject({
      kind: "refused",
      reason: `the approvals breaker is open until 2026-11-24T09:09:00.000Z at the earliest, and an approval until ${until} is over by then; choose a later end`,
    });
    expect(await entries()).toEqual(before);
    expect(await record(second)).toMatchObject({ phase: "Held", verdict: "hold" });
    expect((await workbench.services.ledger.head(second.service)).writeLock).toBeUndefined();
    expect(await decide(second, "approve", { until: inMinutes(90) })).toMatchObject({ kind: "decided" });
    workbench.pass(70 * minuteMs);
    await sweepAndFollow(limited);
    expect(await record(second)).toMatchObject({ phase: "Applied", term: { until: expect.any(String) } });
  });

  it("is refused for the breaker too where another connection of its service is written first", async () => {
    workbench.orders.operationMs = 2 * minuteMs;
    const [first, second] = [await held(), await held()];
    expect(await decide(first, "approve")).toMatchObject({ record: { phase: "Applying" } });
    expect(await decide(second, "approve", { until: inMinutes(30) })).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("choose a later end"),
    });
    expect(await record(second)).toMatchObject({ phase: "Held" });
    const { writeLock } = await workbench.services.ledger.head(first.service);
    expect(writeLock).toMatchObject({ connection: first.text });
    expect(await decide(second, "approve", { until: inMinutes(90) })).toMatchObject({ kind: "decided" });
  });

  it("is held again, and an alert says so, where it is over before it could be applied", async () => {
    const until = inMinutes(90);
    const id = await waiting({ until });
    const other = await held();
    workbench.pass(65 * minuteMs);
    // Another approval takes the next permit.
    expect(await decide(other, "approve")).toMatchObject({ record: { phase: "Applied" } });
    await sweepAndFollow(limited);
    expect(await record(id)).toMatchObject({ phase: "Decided", nextAt: until, waitsForPermit: "approvals" });
    workbench.pass(25 * minuteMs);
    await sweepAndFollow(limited);
    expect(workbench.onAzure(id)).toMatchObject({ status: "Pending" });
    const reason = `the approval by ana is not applied: it was to be approved until ${until}, which is over`;
    expect(await record(id)).toMatchObject({ phase: "Held", reason: expect.stringContaining(reason) });
    expect(await record(id)).not.toHaveProperty("person");
    expect(workbench.alerts.findLast(({ type }) => type === "Drawbridge.ConnectionHeld")).toMatchObject({
      subject: id.text,
      data: { reason: expect.stringContaining(reason) },
    });
    const over = await decide(id, "approve", { until });
    expect(over).toMatchObject({ kind: "refused", reason: expect.stringContaining("which is over") });
  });
});

describe("an approval that waits for another connection of its service", () => {
  it("is taken back before its turn, and the rejection waits for it and stays", async () => {
    workbench.orders.operationMs = 2 * minuteMs;
    const [first, second] = [await held(), await held()];
    const free = workbench.under({});
    expect(await decide(first, "approve", {}, free)).toMatchObject({ record: { phase: "Applying" } });
    expect(await decide(second, "approve", {}, free)).toMatchObject({ record: { phase: "Decided" } });
    const queuedAt = (await record(second))?.queuedAt;
    workbench.pass(1_000);
    const answer = await decide(second, "reject", {}, free);
    expect(answer).toMatchObject({ kind: "decided", record: { phase: "Decided", queuedAt } });
    expect(await decide(second, "approve", {}, free)).toMatchObject({
      kind: "refused",
      reason:
        "ana rejected it: reject it; a rejection that waits to be applied stays; the requester has to create a new endpoint to ask again",
    });
    // Its PUT is under way.
    expect(await decide(first, "reject", {}, free)).toMatchObject({
      kind: "refused",
      reason: "its phase is Applying: what was decided is sent to Azure, and cannot be changed any more",
    });
    workbench.pass(10 * minuteMs);
    await sweepAndFollow(free);
    workbench.pass(10 * minuteMs);
    await sweepAndFollow(free);
    expect(workbench.onAzure(first)).toMatchObject({ status: "Approved" });
    workbench.pass(10 * minuteMs);
    await sweepAndFollow(free);
    expect(workbench.onAzure(second)).toMatchObject({ status: "Rejected" });
  });
});

describe("an approval that Azure refuses", () => {
  it("is taken back before it is tried again", async () => {
    const id = await held();
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    const path = id.text.slice(id.text.lastIndexOf("/"));
    workbench.simulator.faults.add({ method: "PUT", path, times: 1, does: { kind: "answer", answer } });
    expect(await decide(id, "approve")).toMatchObject({ record: { phase: "Failed" } });
    expect(await decide(id, "reject")).toMatchObject({
      kind: "decided",
      record: { phase: "Applied", state: "Rejected" },
    });
  });
});
