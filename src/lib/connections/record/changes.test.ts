import { describe, expect, it } from "vitest";
import {
  changed,
  decisionWith,
  earlier,
  finishedKeys,
  fullRecord,
  later,
  leastRecord,
  now,
  waitingKeys,
} from "../../../../test/connections/records.ts";
import { dayMs, minuteMs } from "../../clock.ts";
import type { ConnectionRecord } from "./connection-record.ts";
import * as changes from "./changes.ts";

const at = now.toISOString();
const full = fullRecord("Decided");
const least = leastRecord("Decided");
const person = { id: "p-1", verdict: "approve", by: "ann", reason: "I know them" } as const;
const without = (...keys: (keyof ConnectionRecord)[]) => changed(full, keys);

/** What a decision replaces, whatever it decides. */
const byDecision = [
  "rule",
  "difficulty",
  "failedWith",
  "restrained",
  "person",
  "term",
  "opensAt",
  "waitsForPermit",
] as const;
const decided = {
  verdict: "approve",
  rule: "the rule",
  reason: "it fits; twice",
  decisionId: "d-1",
  decidedAt: at,
  action: "approve",
  fingerprint: "f-1",
  policyHash: "h-1",
} as const;

describe("a decision", () => {
  it.each([
    ["replaces the one before", decisionWith(), decided],
    [
      "has a term where it approves for a time",
      decisionWith({ verdict: { forMs: dayMs } }),
      { ...decided, term: { until: "2026-03-02T10:00:00.000Z", nextAt: "2026-03-02T07:36:00.000Z" } },
    ],
    [
      "names the person who made it",
      decisionWith({ person }),
      { ...decided, person, reason: "ann approved it: I know them" },
    ],
    [
      "has no term and no opening where it rejects",
      decisionWith({ action: "reject", verdict: { kind: "reject", forMs: dayMs, opensAt: later } }),
      { ...decided, verdict: "reject", action: "reject" },
    ],
    [
      "says when a window opens that alone holds it",
      decisionWith({ action: "none", verdict: { kind: "hold", opensAt: later } }),
      { ...decided, verdict: "hold", action: "none", opensAt: later },
    ],
  ] as const)("%s", (_, entry, set) => {
    const anothers = changed(full, [...byDecision, "slow"], { ...set, attempts: 0 });
    expect(changes.withDecision(full, entry)).toStrictEqual(anothers);
    const same = { ...full, person: entry.person };
    expect(changes.withDecision(same as ConnectionRecord, entry)).toStrictEqual(
      changed(full, byDecision, set),
    );
    expect(changes.withDecision(least, entry)).toStrictEqual({ ...least, ...set });
  });

  it("that no rule made leaves no rule", () => {
    const { rule: _, ...unruled } = decisionWith().verdict;
    const entry = { ...decisionWith(), verdict: unruled };
    expect(changes.withDecision(full, entry)).not.toHaveProperty("rule");
  });

  it.each([
    ["an approval", decisionWith(), {}],
    [
      "an approval for a time",
      decisionWith({ verdict: { forMs: dayMs } }),
      { term: { until: "2026-03-02T10:00:00.000Z", nextAt: "2026-03-02T07:36:00.000Z" } },
    ],
    ["a person's", decisionWith({ person }), { person, reason: "ann approved it: I know them" }],
    [
      "a rejection",
      decisionWith({ action: "reject", verdict: { kind: "reject", forMs: dayMs } }),
      { action: "reject", verdict: "reject" },
    ],
  ] as const)("that took effect late is the record's again: %s", (_, entry, set) => {
    const effect = {
      decisionId: "d-1",
      action: "approve",
      verdict: "approve",
      reason: "it fits; twice",
      ...set,
    } as const;
    expect(changes.attributedTo(full, entry)).toStrictEqual(
      changed(full, ["person", "term", "opensAt"], effect),
    );
    expect(changes.attributedTo(least, entry)).toStrictEqual({ ...least, ...effect });
  });
});

describe("a lease", () => {
  it("is what a claim begins with", () => {
    const lease = { owner: "me", until: later };
    expect(changes.claimed(full, now, lease)).toStrictEqual({ ...full, reviewedAt: at, lease });
  });

  it("is renewed only where there is one", () => {
    expect(changes.leaseRenewed(full, "then")).toStrictEqual({
      ...full,
      lease: { owner: "o", until: "then" },
    });
    expect(changes.leaseRenewed(least, "then")).toStrictEqual(least);
  });

  it("is released", () => {
    expect(changes.released(full)).toStrictEqual(without("lease"));
  });
});

describe("the end of an attempt", () => {
  it("leaves nothing to wait for where nothing is left to do", () => {
    expect(changes.finished(full)).toStrictEqual(changed(full, finishedKeys, { attempts: 0 }));
  });

  it("counts a difficulty", () => {
    expect(changes.attempted(full)).toStrictEqual({ ...full, attempts: 4 });
  });

  it("leaves a held connection until then", () => {
    expect(changes.heldUntil(full, "then")).toStrictEqual(changed(full, ["lease"], { nextAt: "then" }));
  });
});

describe("an observation", () => {
  it("keeps what the requester wrote while it was Pending", () => {
    const { missingSince: _, ...seen } = full;
    const pending = { state: "Pending", endpointId: "/e", description: "let me in" };
    expect(changes.withObservation(full, pending)).toStrictEqual({
      ...seen,
      state: "Pending",
      endpointId: "/e",
      message: "let me in",
    });
    expect(changes.withObservation(full, { state: "Approved", description: "by hand" })).toStrictEqual({
      ...seen,
      state: "Approved",
    });
  });

  it("forgets a message that is no longer there", () => {
    expect(changes.withObservation(full, { state: "Pending" })).toStrictEqual(
      without("missingSince", "message"),
    );
    expect(changes.withObservation(least, { state: "Pending" })).toStrictEqual({
      ...least,
      state: "Pending",
    });
  });

  it("that it is missing has its time", () => {
    expect(changes.missing(least, now)).toStrictEqual({ ...least, missingSince: at });
  });
});

describe("a difficulty", () => {
  const retry = { attempts: 4, difficulty: "Azure was busy", delayMs: 30_000 };
  const set = { attempts: 4, difficulty: "Azure was busy", nextAt: "2026-03-01T10:00:30.000Z" };

  it("puts it off, and leaves a write that is under way", () => {
    expect(changes.retryScheduled(full, now, retry)).toStrictEqual(changed(full, ["lease"], set));
  });

  it("ends a wait for Azure where there is no write", () => {
    const { write: _, ...unwritten } = full;
    expect(changes.retryScheduled(unwritten, now, retry)).toStrictEqual(
      changed(full, ["lease", ...waitingKeys], set),
    );
    expect(changes.retryScheduled(least, now, retry)).toStrictEqual({ ...least, ...set });
  });

  it("does not shorten a wait that Azure asked for", () => {
    const asked = without("queuedAt");
    expect(changes.retryScheduled(asked, now, retry).nextAt).toBe(later);
    expect(changes.retryScheduled(without("queuedAt", "waitingSince"), now, retry).nextAt).toBe(set.nextAt);
    expect(changes.retryScheduled({ ...asked, nextAt: earlier }, now, retry).nextAt).toBe(set.nextAt);
  });
});

describe("waiting for a permit", () => {
  it("is no difficulty, and says which limit it is", () => {
    const wait = { permit: "revocations", reason: "none is left", until: later } as const;
    const set = { difficulty: "none is left", nextAt: later, waitsForPermit: "revocations" } as const;
    const { write: _, ...unwritten } = full;
    expect(changes.waitingForPermit(unwritten, now, wait)).toStrictEqual(
      changed(full, ["lease", ...waitingKeys], set),
    );
    expect(changes.waitingForPermit(least, now, wait)).toStrictEqual({ ...least, ...set });
  });
});

describe("waiting for Azure", () => {
  const wait = { difficulty: "Azure was busy", waitMs: minuteMs };
  const set = { difficulty: "Azure was busy", nextAt: "2026-03-01T10:01:00.000Z" };

  it("begins where the turn in line ends, and goes on where it had begun", () => {
    expect(changes.waitingForAzure(full, now, wait)).toStrictEqual(
      changed(full, ["lease", "queuedAt", "waitsForPermit"], { ...set, waitingSince: at }),
    );
    expect(changes.waitingForAzure(without("queuedAt"), now, wait)).toStrictEqual(
      changed(full, ["lease", "queuedAt", "waitsForPermit"], { ...set, waitingSince: earlier }),
    );
    expect(changes.waitingForAzure(least, now, wait)).toStrictEqual({ ...least, ...set, waitingSince: at });
  });

  it("counts from the write that Azure took", () => {
    const write = { sentAt: later, operation: "/operations/1" };
    expect(changes.accepted(full, write)).toStrictEqual({ ...full, write, waitingSince: later });
  });

  it("follows the operation, whatever an earlier answer said", () => {
    const write = { sentAt: earlier, endedAt: earlier };
    expect(changes.writeSeen(full, write, now)).toStrictEqual({
      ...full,
      write: { sentAt: earlier, seenAt: at },
    });
    expect(changes.writeSucceeded(full, { sentAt: earlier }, later)).toStrictEqual({
      ...full,
      write: { sentAt: earlier, endedAt: later },
    });
  });

  it("is known to be long since it began", () => {
    expect(changes.unappliedSince(full, now)).toStrictEqual(full);
    const begun = changes.unappliedSince(least, now);
    expect(begun).toStrictEqual({ ...least, slow: { since: at } });
    expect(changes.slowReported(begun, now)).toStrictEqual({ ...least, slow: { since: at, toldAt: at } });
  });

  it("is over, in line and for Azure", () => {
    expect(changes.dequeued(full)).toStrictEqual(without("queuedAt", "waitsForPermit"));
    expect(changes.withoutWaiting(full)).toStrictEqual(without(...waitingKeys));
  });
});
