import { describe, expect, it } from "vitest";
import {
  changed,
  decisionWith,
  earlier,
  fullRecord,
  id,
  later,
  leastRecord,
  now,
} from "../../../../test/connections/records.ts";
import type { ConnectionRecord, Phase } from "./connection-record.ts";
import * as transitions from "./transitions.ts";

const at = now.toISOString();
const inAnHour = "2026-03-01T11:00:00.000Z";
const waiting = ["write", "waitingSince", "queuedAt", "slow"] as const;
const finished = [
  "lease",
  "nextAt",
  "difficulty",
  "failedWith",
  "term",
  "revocation",
  "opensAt",
  ...waiting,
] as const;

/** What a change makes of a full record and of one with as little as possible: what both lose, and what both get. */
function expectChange(
  change: (record: ConnectionRecord) => ConnectionRecord,
  phase: Phase,
  removed: readonly (keyof ConnectionRecord)[],
  set: Partial<ConnectionRecord>,
  ofFull: Partial<ConnectionRecord> = {},
): void {
  expect(change(fullRecord(phase))).toStrictEqual(changed(fullRecord(phase), removed, { ...set, ...ofFull }));
  expect(change(leastRecord(phase))).toStrictEqual({ ...leastRecord(phase), ...set });
}

describe("a new record", () => {
  it("of a connection has its time, and no attempt", () => {
    expect(transitions.firstSeen(id, now)).toStrictEqual({ id, phase: "Seen", firstSeenAt: at, attempts: 0 });
  });

  it("of one that was there before us says what it was, and names its endpoint if it is known", () => {
    const adopted = {
      id,
      phase: "Adopted",
      firstSeenAt: at,
      attempts: 0,
      state: "Approved",
      reviewedAt: at,
      reason: "it was Approved when Drawbridge first saw the service",
    };
    expect(transitions.foundAdopted({ id, state: "Approved" }, now)).toStrictEqual(adopted);
    expect(transitions.foundAdopted({ id, state: "Approved", endpointId: "/e" }, now)).toStrictEqual({
      ...adopted,
      endpointId: "/e",
    });
  });

  it("of another endpoint under the name keeps the attempt and a write that is under way", () => {
    const begun = { id, version: "1", phase: "Seen", firstSeenAt: at, attempts: 0 };
    const { reviewedAt, lease, write } = fullRecord("Applying");
    expect(transitions.replaced(fullRecord("Applying"), now)).toStrictEqual({
      ...begun,
      reviewedAt,
      lease,
      write,
    });
    expect(transitions.replaced(leastRecord("Applied"), now)).toStrictEqual(begun);
  });
});

describe("a record", () => {
  it("that waits for its audit was only seen", () => {
    expectChange(transitions.awaitingAudit, "Applied", [], { phase: "Seen" });
  });

  it("is decided by an entry", () => {
    const next = transitions.decided(leastRecord("Seen"), decisionWith());
    expect(next).toMatchObject({ phase: "Decided", decisionId: "d-1", action: "approve" });
  });

  const held = ["lease", "restrained", "term", "revocation", ...waiting] as const;
  it("that is held is reviewed in an hour", () => {
    const set = { phase: "Held", attempts: 0, reason: "ask a person", nextAt: inAnHour } as const;
    expectChange((record) => transitions.held(record, now, "ask a person"), "Decided", held, set);
  });

  it("that a breaker holds is reviewed when it closes", () => {
    const set = {
      phase: "Held",
      attempts: 0,
      reason: "too many",
      nextAt: "then",
      restrained: "requests",
    } as const;
    const breaker = { name: "requests", until: "then" } as const;
    expectChange((record) => transitions.held(record, now, "too many", breaker), "Decided", held, set);
  });

  it("in line keeps the time since when it waits", () => {
    const set = {
      phase: "Decided",
      queuedAt: at,
      waitingSince: at,
      nextAt: "2026-03-01T10:01:00.000Z",
      difficulty: "other connections of the service are written before it, since Azure takes one at a time",
    } as const;
    const since = { queuedAt: earlier, waitingSince: earlier };
    expectChange(
      (record) => transitions.inLine(record, now, 60_000),
      "Failed",
      ["lease", "write"],
      set,
      since,
    );
  });

  it("that is written waits for Azure from now, or since it began to", () => {
    const set = { phase: "Applying", reason: "it fits", write: { sentAt: at }, waitingSince: at } as const;
    const apply = (record: ConnectionRecord) => transitions.applying(record, now, "it fits");
    expectChange(apply, "Decided", ["queuedAt", "nextAt"], set);
    const { queuedAt: _, ...unqueued } = fullRecord("Decided");
    expect(apply(unqueued).waitingSince).toBe(earlier);
  });

  it("whose write ended is decided still, unless it was started over", () => {
    expectChange(transitions.writeEnded, "Applying", ["write"], { phase: "Decided" });
    expectChange(transitions.writeEnded, "Seen", ["write"], {});
  });

  it("that is applied has the state, where Azure has shown it", () => {
    const { term, revocation } = fullRecord("Applying");
    const stays = { term, revocation, nextAt: later };
    const set = { phase: "Applied", attempts: 0 } as const;
    expectChange(
      (record) => transitions.applied(record, "Approved"),
      "Applying",
      finished,
      { ...set, state: "Approved" },
      stays,
    );
    expectChange((record) => transitions.applied(record, undefined), "Applying", finished, set, stays);
  });

  it("that failed is tried in an hour, and keeps a write that may be under way", () => {
    const set = { phase: "Failed", difficulty: "refused", failedWith: "refused", nextAt: inAnHour } as const;
    const { write } = fullRecord("Applying");
    expectChange(
      (record) => transitions.failed(record, now, "refused"),
      "Applying",
      ["lease", ...waiting],
      set,
      { write },
    );
  });

  it("that is gone has no state", () => {
    const set = { phase: "Gone", attempts: 0, reason: "deleted" } as const;
    expectChange((record) => transitions.gone(record, "deleted"), "Seen", [...finished, "state"], set);
  });

  it("that somebody else decided says so, and has nothing left to do", () => {
    const adopted = { phase: "Adopted", attempts: 0, reason: "by hand" } as const;
    expectChange((record) => transitions.adopted(record, "by hand"), "Seen", finished, adopted);
    const overridden = { phase: "Overridden", attempts: 0, state: "Rejected", reason: "by hand" } as const;
    expectChange(
      (record) => transitions.overridden(record, "Rejected", "by hand"),
      "Applied",
      finished,
      overridden,
    );
  });

  it("that is revoked is Rejected", () => {
    expectChange(transitions.revoked, "Applying", finished, {
      phase: "Revoked",
      attempts: 0,
      state: "Rejected",
    });
  });

  it("that is not revoked after all is what it was before", () => {
    const decision = ["decisionId", "decidedAt", "action", "person"] as const;
    const before = { phase: "Applied", action: "approve" } as const;
    expect(transitions.kept(fullRecord("Decided"))).toStrictEqual(
      changed(fullRecord("Decided"), [...finished, ...decision], { attempts: 0, ...before }),
    );
    expect(transitions.kept(leastRecord("Decided"))).toStrictEqual(leastRecord("Adopted"));
  });
});
