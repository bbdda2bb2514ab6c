import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf } from "../../../../test/connections/evaluations.ts";
import { earlier, id, later, now } from "../../../../test/connections/records.ts";
import {
  approvedBy,
  otherId,
  reviewFixture,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { tierPolicy } from "../../../../test/connections/tier-policy.ts";
import { dayMs, hourMs, plusMs } from "../../clock.ts";
import { deciderHash } from "../../decider-hash.ts";
import { knownRead, unknownRead, type Read } from "../../estate/read.ts";
import type { Connection } from "../azure-connections.ts";
import { transientAttemptsMax } from "../decide.ts";
import type { ConnectionRecord, Revocation } from "../record/connection-record.ts";
import { evaluateApproved, needsRevocationCheck, mayStillRevoke } from "./evaluate-approved.ts";
import type { Evaluation } from "./evaluate.ts";

const inAnHour = plusMs(now, hourMs);
const revoking = tierPolicy("revoke: rejected\nrevokeAfter: PT1H\n");
const judged = { at: now.toISOString(), decider: deciderHash(revoking, "enforce") };
const rejection = 'rule "closed" rejects it: the tier is closed';
const isLast = `${rejection}; it is the last approved connection of a service whose public network access is not on`;

const approved = approvedBy("d-0");
const ours = { phase: "Applied", action: "approve", decisionId: "d-0" } as const;
const record = { ...ours, state: "Approved", decidedAt: earlier, reason: "it fits" } as const;
/** A notice whose time is over, and one whose time is not. */
const over: Revocation = { noticedAt: plusMs(now, -hourMs), dueAt: earlier, before: ours };
const announced: Revocation = { ...over, noticedAt: plusMs(now, 1 - hourMs) };
/** A revocation that is under way. */
const underWay = { ...record, phase: "Decided", action: "revoke", decisionId: "d-1" } as const;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture({ policy: () => Promise.resolve(revoking) });
  serviceIs("Developer", "Enabled");
});

function serviceIs(
  sku: string | Read<string>,
  publicNetworkAccess: string,
  others: readonly Connection[] = [],
) {
  fixture.serviceIs(sku, publicNetworkAccess, knownRead([approved, ...others]));
}

async function evaluated(more: Partial<ConnectionRecord> = {}) {
  const stored = await fixture.stored({ ...record, ...more });
  return evaluateApproved(attemptOf(fixture.services), stored, approved);
}

/** The record after an attempt that ends, because nothing is revoked. */
async function left(more: Partial<ConnectionRecord> = {}): Promise<ConnectionRecord> {
  const end = await evaluated(more);
  expect(end.kind).toBe("ended");
  expect(await fixture.services.ledger.find(id)).toEqual(end.record);
  return end.record;
}

describe("an Approved connection is to be judged", () => {
  const toBeJudged = (
    more: Partial<ConnectionRecord> = {},
    connection: Connection = approved,
    policy = revoking,
  ) =>
    needsRevocationCheck(
      { ...fixture.services, policy: () => Promise.resolve(policy) },
      { id, version: "1", firstSeenAt: earlier, attempts: 0, ...record, ...more },
      connection,
    );

  it.each<[string, Partial<ConnectionRecord>, Partial<Connection>?]>([
    ["if it is ours, and was not judged yet", {}],
    ["if it was approved behind the policy's back", { phase: "Adopted" }],
    ["if its term does not end yet", { term: { until: later, nextAt: later } }],
    ["while it is being revoked, whatever Azure's description says", underWay, { description: "mine" }],
  ])("%s", async (_, more, shows) => {
    expect(await toBeJudged(more, { ...approved, ...shows })).toBe(true);
  });

  it.each<[string, Partial<ConnectionRecord>, Partial<Connection>?]>([
    ["if it is not Approved", {}, { state: "Pending" }],
    ["if it is not Approved any more while it is being revoked", underWay, { state: "Rejected" }],
    ["if somebody else approved it", {}, { description: "mine" }],
    ["while something else is decided on it", { phase: "Held" }],
    ["if a person approved it on Azure", { phase: "Overridden" }],
    ["while a step of its term is due", { term: { until: later, nextAt: now.toISOString() } }],
    ["if it was judged by the same policy today", { judged }],
  ])("not %s", async (_, more, shows) => {
    expect(await toBeJudged(more, { ...approved, ...shows })).toBe(false);
  });

  it("by a policy that does not revoke, only to take back what was announced", async () => {
    expect(await toBeJudged({}, approved, tierPolicy())).toBe(false);
    expect(await toBeJudged({ revocation: announced }, approved, tierPolicy())).toBe(true);
  });
});

describe("an approval that the policy rejects", () => {
  it("is announced first, and stays as it is until its time is over", async () => {
    expect(await left()).toMatchObject({
      ...record,
      revocation: {
        noticedAt: now.toISOString(),
        dueAt: inAnHour,
        before: { ...ours, decidedAt: earlier, reason: "it fits" },
      },
      judged,
      nextAt: inAnHour,
    });
    const reason = `the policy rejects it since (${rejection}); it is revoked after ${inAnHour} unless that changes`;
    expect(await fixture.alertData()).toMatchObject([
      { type: "Drawbridge.RevocationDue", reason, dueAt: inAnHour, verdict: "reject" },
    ]);
    expect(await fixture.entries()).toMatchObject([
      { kind: "decision", action: "none", announces: "revocation", verdict: { kind: "reject" } },
    ]);
  });

  it("waits silently for the time that was announced", async () => {
    const next = await left({ revocation: announced });
    const dueAt = plusMs(now, 1);
    expect(next).toMatchObject({
      phase: "Applied",
      revocation: { ...announced, dueAt },
      judged,
      nextAt: dueAt,
    });
    expect(await fixture.entries()).toEqual([]);
  });

  it("is to be revoked once that time is over", async () => {
    await fixture.services.ledger.saveWithWriteLock(await fixture.stored({ ...record, id: otherId }), later);
    expect(await evaluated({ revocation: over })).toMatchObject({
      kind: "evaluated",
      record: { phase: "Applied", revocation: over },
      evaluation: { revokes: true, verdict: { kind: "reject" } },
      writeLock: { connection: otherId.text, until: later },
    });
  });

  it("goes on being revoked where that was decided, whatever a longer grace would say", async () => {
    const end = await evaluated({ ...underWay, revocation: announced });
    expect(end).toMatchObject({ kind: "evaluated", evaluation: { revokes: true } });
  });
});

describe("an approval that the policy rejects and the guard keeps", () => {
  beforeEach(() => {
    serviceIs("Developer", "Disabled");
  });

  it("is announced as kept, without a time", async () => {
    expect(await left()).toMatchObject({ ...record, revocation: { isBlocked: true }, judged });
    const [alert] = await fixture.alertData();
    expect(alert).toMatchObject({ reason: `the policy rejects it since, and it is not revoked (${isLast})` });
    expect(alert).not.toHaveProperty("dueAt");
  });

  it("is announced once, and evaluated again a day later", async () => {
    const dueAt = plusMs(now, dayMs);
    const next = await left({ revocation: { ...over, isBlocked: true } });
    expect(next).toMatchObject({
      phase: "Applied",
      revocation: { isBlocked: true, dueAt },
      nextAt: dueAt,
      judged,
    });
    expect(await fixture.entries()).toEqual([]);
  });

  it("is announced again once it may be revoked", async () => {
    serviceIs("Developer", "Enabled");
    const next = await left({ revocation: { ...over, isBlocked: true } });
    expect(next.revocation).toEqual({ noticedAt: now.toISOString(), dueAt: inAnHour, before: ours });
    expect(await fixture.alertData()).toMatchObject([{ dueAt: inAnHour }]);
  });

  it("is announced again where the notice said that it would be revoked", async () => {
    expect((await left({ revocation: over })).revocation).toMatchObject({ isBlocked: true, before: ours });
    expect(await fixture.alertData()).toHaveLength(1);
  });

  it("is an approval again where its revocation was decided", async () => {
    const next = await left({ ...underWay, revocation: over });
    expect(next).toMatchObject({ ...ours, revocation: { isBlocked: true, before: ours } });
  });
});

describe("an approval that the policy does not reject", () => {
  beforeEach(() => {
    serviceIs("Premium", "Enabled");
  });
  const reason = "it is not revoked after all: the policy does not reject it";

  it("is left, silently", async () => {
    const next = await left();
    expect(next).toMatchObject({ ...record, judged, attempts: 0 });
    expect(next).not.toHaveProperty("nextAt");
    expect(await fixture.entries()).toEqual([]);
  });

  it.each([
    ["was announced", { revocation: over }],
    ["was decided", { ...underWay, revocation: over }],
  ])("stays, with an alert, where its revocation %s", async (_, more) => {
    const next = await left(more);
    expect(next).toMatchObject({ ...ours, judged });
    expect(next).not.toHaveProperty("revocation");
    expect(await fixture.alertData()).toMatchObject([{ type: "Drawbridge.RevocationDue", reason }]);
    expect(await fixture.entries()).toMatchObject([
      { kind: "outcome", phase: "Applied", decisionId: "d-0", reason, announces: "revocation" },
    ]);
  });

  it("is evaluated again soon while a fact cannot be read for the moment", async () => {
    serviceIs(unknownRead("throttled"), "Enabled");
    const end = await evaluated({ attempts: transientAttemptsMax - 1, revocation: over });
    expect(end).toMatchObject({
      kind: "ended",
      verdict: { kind: "hold" },
      record: { phase: "Applied", attempts: transientAttemptsMax, revocation: over },
    });
    expect(end.record.difficulty).toMatch(/sku/);
    expect(await fixture.entries()).toEqual([]);
  });

  it.each([
    ["a fact cannot be read, attempt after attempt", "throttled", transientAttemptsMax],
    ["a fact cannot be read until a person acts", "forbidden", 0],
  ] as const)("stays if %s", async (_, unknown, attempts) => {
    serviceIs(unknownRead(unknown), "Enabled");
    expect(await left({ attempts })).toMatchObject({ phase: "Applied", attempts: 0, judged });
  });
});

describe("the last approved connection", () => {
  const other = { ...approved, id: otherId };
  beforeEach(() => {
    serviceIs("Developer", "Disabled", [other]);
  });

  it.each<[string, Partial<ConnectionRecord>, boolean]>([
    ["that was revoked and is still listed", { phase: "Revoked" }, true],
    ["that is being revoked", { phase: "Applying", action: "revoke" }, true],
    ["that stays", ours, false],
  ])("is found beside another one %s", async (_, more, isLastNow) => {
    await fixture.stored({ ...more, id: otherId });
    expect((await left()).revocation?.isBlocked ?? false).toBe(isLastNow);
  });

  it("is kept, even if it became the last one after it was judged", async () => {
    const found = await evaluated({ revocation: over });
    if (found.kind !== "evaluated") throw new Error("it is not to be revoked");
    const mayStill = (evaluation: Evaluation) => mayStillRevoke(fixture.services, found.record, evaluation);
    expect(await mayStill(found.evaluation)).toBe(true);
    const revoked = await fixture.stored({ phase: "Revoked", id: otherId });
    expect(await mayStill(found.evaluation)).toBe(false);
    await fixture.services.ledger.save({ ...revoked, phase: "Applied" });
    expect(await mayStill(found.evaluation)).toBe(true);
    serviceIs("Developer", "Disabled");
    expect(await mayStill(found.evaluation)).toBe(false);
  });
});
