import { describe, expect, it } from "vitest";
import { minuteMs } from "../../../src/lib/clock.ts";
import {
  phases,
  type ConnectionRecord,
  type Phase,
} from "../../../src/lib/connections/record/connection-record.ts";
import * as ofApprovals from "../../../src/lib/connections/record/approval-changes.ts";
import * as within from "../../../src/lib/connections/record/changes.ts";
import * as transitions from "../../../src/lib/connections/record/transitions.ts";
import { arrows, type Arrow } from "./phase-table.ts";
import { decisionWith, fullRecord, id, later, now } from "../records.ts";

const decision = decisionWith();
const term = { until: later, nextAt: later };

type Change = (record: ConnectionRecord) => Omit<ConnectionRecord, "version">;

/** Every transition between phases on a record, with some arguments. A missing one is a type error. */
const events = {
  firstSeen: () => transitions.firstSeen(id, now),
  foundAdopted: () => transitions.foundAdopted({ id, state: "Approved" }, now),
  replaced: (record) => transitions.replaced(record, now),
  awaitingAudit: transitions.awaitingAudit,
  decided: (record) => transitions.decided(record, decision),
  held: (record) => transitions.held(record, now, "no rule applies"),
  inLine: (record) => transitions.inLine(record, now, minuteMs),
  applying: (record) => transitions.applying(record, now, "it fits"),
  writeEnded: transitions.writeEnded,
  applied: (record) => transitions.applied(record, "Approved"),
  failed: (record) => transitions.failed(record, now, "Azure refused"),
  gone: (record) => transitions.gone(record, "it is not there any more"),
  adopted: (record) => transitions.adopted(record, "it became Approved without Drawbridge"),
  revoked: transitions.revoked,
  kept: transitions.kept,
  overridden: (record) => transitions.overridden(record, "Rejected", "it was set outside Drawbridge"),
} satisfies Record<keyof typeof transitions, Change>;

/** Every change within a phase, likewise. */
const changes = {
  claimed: (record) => within.claimed(record, now, { owner: "o", until: later }),
  released: within.released,
  finished: within.finished,
  heldUntil: (record) => within.heldUntil(record, later),
  withObservation: (record) => within.withObservation(record, { state: "Pending" }),
  missing: (record) => within.missing(record, now),
  retryScheduled: (record) =>
    within.retryScheduled(record, now, { attempts: 1, difficulty: "it is busy", delayMs: 30_000 }),
  waitingForAzure: (record) =>
    within.waitingForAzure(record, now, { difficulty: "it is busy", waitMs: 30_000 }),
  waitingForPermit: (record) =>
    within.waitingForPermit(record, now, { permit: "approvals", reason: "none is left", until: later }),
  accepted: (record) => within.accepted(record, { sentAt: now.toISOString() }),
  leaseRenewed: (record) => within.leaseRenewed(record, later),
  withDecision: (record) => within.withDecision(record, decision),
  attributedTo: (record) => within.attributedTo(record, decision),
  attempted: within.attempted,
  writeSeen: (record) => within.writeSeen(record, { sentAt: later }, now),
  writeSucceeded: (record) => within.writeSucceeded(record, { sentAt: later }, later),
  unappliedSince: (record) => within.unappliedSince(record, now),
  slowReported: (record) => within.slowReported(within.unappliedSince(record, now), now),
  atRest: ofApprovals.atRest,
  revocationChecked: (record) => ofApprovals.revocationChecked(record, "h", now),
  revocationNoticed: (record) =>
    ofApprovals.revocationNoticed(record, now, { dueAt: later, isBlocked: false, decider: "h" }),
  revocationPostponed: (record) =>
    ofApprovals.revocationPostponed(record, now, { dueAt: later, decider: "h" }),
  termNoticed: (record) => ofApprovals.termNoticed(record, term, now),
  termLapsed: (record) => ofApprovals.termLapsed(record, term, now),
  termPostponed: (record) => ofApprovals.termPostponed(record, later),
  termRenewed: (record) => ofApprovals.termRenewed(record, decision),
  dequeued: within.dequeued,
  withoutWaiting: within.withoutWaiting,
} satisfies Record<Exclude<keyof typeof within, "azureSince"> | keyof typeof ofApprovals, Change>;

/** What an event may be tried from: nothing, for one that makes a record, and every phase for the others. */
function sourcesOf(event: string): readonly Arrow["from"][] {
  return arrows.some((each) => each.event === event && each.from === "(none)") ? ["(none)"] : phases;
}

describe("the table of phases in docs/architecture.md", () => {
  it("names exactly the events that change a phase", () => {
    expect([...new Set(arrows.map(({ event }) => event))].toSorted()).toEqual(Object.keys(events).toSorted());
  });

  const cases = Object.keys(events).flatMap((event) =>
    [...sourcesOf(event)].map((from) => [event, from] as const),
  );
  it.each(cases)("says where %s leads from %s", (event, from) => {
    const targets = arrows.filter((each) => each.event === event && each.from === from).map(({ to }) => to);
    const change: Change = events[event as keyof typeof events];
    const outcomes = recordsIn(from === "(none)" ? "Seen" : from).map((record) =>
      outcomeOf(() => change(record).phase),
    );
    expect([...new Set(outcomes)].toSorted()).toEqual(
      targets.length > 0 ? targets.toSorted() : [`from which "${event}" cannot follow`],
    );
  });

  it("lacks the changes that leave the phase as it is", () => {
    for (const [name, change] of Object.entries(changes))
      for (const phase of phases)
        expect([name, (change as Change)(fullRecord(phase)).phase]).toEqual([name, phase]);
  });
});

describe("a transition", () => {
  it("releases the lease if it ends the attempt", () => {
    const ends = [
      "held",
      "inLine",
      "applied",
      "failed",
      "gone",
      "adopted",
      "overridden",
      "released",
    ] as const;
    for (const name of [...ends, "finished", "heldUntil", "retryScheduled", "waitingForAzure"] as const)
      expect([name, ({ ...events, ...changes }[name] as Change)(fullRecord(fromOf(name))).lease]).toEqual([
        name,
        undefined,
      ]);
  });

  it("clears what is waited for if nothing is left to do", () => {
    for (const name of ["applied", "gone", "adopted", "overridden", "revoked"] as const) {
      const next = (events[name] as Change)(fullRecord(fromOf(name)));
      for (const key of ["write", "waitingSince", "queuedAt", "slow", "difficulty"] as const)
        expect([name, key, next[key]]).toEqual([name, key, undefined]);
      expect(next.attempts).toBe(0);
      expect([name, next.nextAt]).toEqual([name, name === "applied" ? later : undefined]);
    }
  });

  it("waits for the next step of an approval that ends, and forgets its term with the approval", () => {
    expect(events.applied(fullRecord("Decided"))).toMatchObject({ term, nextAt: later });
    for (const name of ["gone", "adopted", "overridden", "held"] as const)
      expect([name, events[name](fullRecord(fromOf(name))).term]).toEqual([name, undefined]);
    const { revocation: _, ...renewing } = fullRecord("Applied");
    expect(changes.termRenewed(renewing).nextAt).toBeUndefined();
  });

  it("forgets the time of an earlier wait when a write begins, since a crash may follow", () => {
    expect(events.applying(fullRecord("Decided")).nextAt).toBeUndefined();
  });

  it("keeps a write that may be under way through every transition that does not end it", () => {
    const kept = Object.entries({ ...events, ...changes }).filter(
      ([name, change]) => (change as Change)(fullRecord(fromOf(name))).write !== undefined,
    );
    expect(kept.map(([name]) => name).toSorted()).toEqual(
      (
        "accepted applying attempted attributedTo awaitingAudit claimed decided dequeued failed heldUntil leaseRenewed missing " +
        "released replaced retryScheduled slowReported unappliedSince waitingForAzure waitingForPermit withDecision withObservation writeSeen " +
        "writeSucceeded"
      ).split(" "),
    );
  });
});

/** A record in this phase, for each phase that a revocation of it may have come from. */
function recordsIn(phase: Phase): readonly ConnectionRecord[] {
  const record = fullRecord(phase);
  return (["Applied", "Adopted"] as const).map((before) => ({
    ...record,
    revocation: { ...record.revocation, before: { phase: before } },
  }));
}

/** The phase that a change leads to, or the end of its refusal. */
function outcomeOf(change: () => Phase): string {
  try {
    return change();
  } catch (error) {
    return /from which .*/.exec((error as Error).message)?.[0] ?? "";
  }
}

/** A phase from which this may follow. */
function fromOf(name: string): Phase {
  const from = arrows.find(({ event }) => event === name)?.from;
  return from === undefined || from === "(none)" ? "Decided" : from;
}
