import { describe, expect, it } from "vitest";
import {
  changed,
  decisionWith,
  earlier,
  finishedKeys,
  fullRecord,
  id,
  later,
  leastRecord,
  now,
  waitingKeys,
} from "../../../../test/connections/records.ts";
import { minuteMs } from "../../clock.ts";
import type { ConnectionRecord, Phase } from "./connection-record.ts";
import * as transitions from "./transitions.ts";

const at = now.toISOString();
const inAnHour = "2026-03-01T11:00:00.000Z";
/** A change of a record: what a full one and a bare one lose by it, and what they get. */
interface Row {
  readonly change: (record: ConnectionRecord) => ConnectionRecord;
  readonly from: Phase;
  readonly removed: readonly (keyof ConnectionRecord)[];
  readonly set: Partial<ConnectionRecord>;
  /** What only a full record gets. */
  readonly ofFull?: Partial<ConnectionRecord>;
}

const held = [
  "lease",
  "difficulty",
  "failedWith",
  "restrained",
  "term",
  "revocation",
  ...waitingKeys,
] as const;
const { term, revocation, write } = fullRecord("Applying");
const stays = { term, revocation, nextAt: later };

const rows: Readonly<Record<string, Row>> = {
  "that waits for its audit was only seen": {
    change: transitions.awaitingAudit,
    from: "Applied",
    removed: [],
    set: { phase: "Seen" },
  },
  "that is held is reviewed in an hour": {
    change: (record) => transitions.held(record, now, "ask a person"),
    from: "Decided",
    removed: held,
    set: { phase: "Held", attempts: 0, reason: "ask a person", nextAt: inAnHour },
  },
  "that a breaker holds is reviewed when it closes": {
    change: (record) => transitions.held(record, now, "too many", { name: "requests", until: "then" }),
    from: "Decided",
    removed: held,
    set: { phase: "Held", attempts: 0, reason: "too many", nextAt: "then", restrained: "requests" },
  },
  "in line keeps the time since when it waits": {
    change: (record) => transitions.inLine(record, now, minuteMs),
    from: "Failed",
    removed: ["lease", "write", "waitsForPermit"],
    set: {
      phase: "Decided",
      queuedAt: at,
      waitingSince: at,
      nextAt: "2026-03-01T10:01:00.000Z",
      difficulty: "other connections of the service are written before it, since Azure takes one at a time",
    },
    ofFull: { queuedAt: earlier, waitingSince: earlier },
  },
  "that is written after its turn in line waits for Azure from now": {
    change: (record) => transitions.applying(record, now, "it fits"),
    from: "Decided",
    removed: ["queuedAt", "nextAt", "waitsForPermit"],
    set: { phase: "Applying", reason: "it fits", write: { sentAt: at }, waitingSince: at },
  },
  "whose write ended is decided still": {
    change: transitions.writeEnded,
    from: "Applying",
    removed: ["write"],
    set: { phase: "Decided" },
  },
  "whose write ended after it was started over is not decided yet": {
    change: transitions.writeEnded,
    from: "Seen",
    removed: ["write"],
    set: {},
  },
  "that is applied has the state that Azure shows": {
    change: (record) => transitions.applied(record, "Approved"),
    from: "Applying",
    removed: finishedKeys,
    set: { phase: "Applied", attempts: 0, state: "Approved" },
    ofFull: stays,
  },
  "that is applied has no other state where Azure has shown none": {
    change: (record) => transitions.applied(record, undefined),
    from: "Applying",
    removed: finishedKeys,
    set: { phase: "Applied", attempts: 0 },
    ofFull: stays,
  },
  "that failed is tried in an hour, and keeps a write that may be under way": {
    change: (record) => transitions.failed(record, now, "refused"),
    from: "Applying",
    removed: ["lease", ...waitingKeys],
    set: { phase: "Failed", difficulty: "refused", failedWith: "refused", nextAt: inAnHour },
    ofFull: { write },
  },
  "that is gone has no state": {
    change: (record) => transitions.gone(record, "deleted"),
    from: "Seen",
    removed: [...finishedKeys, "state"],
    set: { phase: "Gone", attempts: 0, reason: "deleted" },
  },
  "that is adopted has nothing left to do": {
    change: (record) => transitions.adopted(record, "by hand"),
    from: "Seen",
    removed: finishedKeys,
    set: { phase: "Adopted", attempts: 0, reason: "by hand" },
  },
  "that somebody else decided says so": {
    change: (record) => transitions.overridden(record, "Rejected", "by hand"),
    from: "Applied",
    removed: finishedKeys,
    set: { phase: "Overridden", attempts: 0, state: "Rejected", reason: "by hand" },
  },
  "that is revoked is Rejected": {
    change: transitions.revoked,
    from: "Applying",
    removed: finishedKeys,
    set: { phase: "Revoked", attempts: 0, state: "Rejected" },
  },
};

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
    const { reviewedAt, lease } = fullRecord("Applying");
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
  it.each(Object.entries(rows))("%s", (_, { change, from, removed, set, ofFull }) => {
    expect(change(fullRecord(from))).toStrictEqual(changed(fullRecord(from), removed, { ...set, ...ofFull }));
    expect(change(leastRecord(from))).toStrictEqual({ ...leastRecord(from), ...set });
  });

  it("is decided by an entry", () => {
    const next = transitions.decided(leastRecord("Seen"), decisionWith());
    expect(next).toMatchObject({ phase: "Decided", decisionId: "d-1", action: "approve" });
  });

  it("that is written waits for Azure since it began to, where it was not in line", () => {
    const { queuedAt: _, ...unqueued } = fullRecord("Decided");
    expect(transitions.applying(unqueued, now, "it fits").waitingSince).toBe(earlier);
  });

  it("that is not revoked after all is what it was before", () => {
    const decision = ["decisionId", "decidedAt", "action", "person"] as const;
    const before = { phase: "Applied", action: "approve" } as const;
    expect(transitions.kept(fullRecord("Decided"))).toStrictEqual(
      changed(fullRecord("Decided"), [...finishedKeys, ...decision], { attempts: 0, ...before }),
    );
    expect(transitions.kept(leastRecord("Decided"))).toStrictEqual(leastRecord("Adopted"));
  });
});
