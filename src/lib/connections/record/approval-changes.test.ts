import { describe, expect, it } from "vitest";
import {
  changed,
  decisionWith,
  fullRecord,
  later,
  leastRecord,
  now,
} from "../../../../test/connections/records.ts";
import { dayMs } from "../../clock.ts";
import * as changes from "./approval-changes.ts";
import { termOf } from "./approval-term.ts";
import type { ConnectionRecord } from "./connection-record.ts";

const at = now.toISOString();
const sooner = "2026-03-01T10:30:00.000Z";
const full = fullRecord("Applied");
const least = leastRecord("Applied");

/** The record at rest, as `atRest` leaves it. */
const resting = (set: Partial<ConnectionRecord>, ...removed: (keyof ConnectionRecord)[]) =>
  changed(
    full,
    [
      "lease",
      "difficulty",
      "failedWith",
      "opensAt",
      "write",
      "waitingSince",
      "queuedAt",
      "slow",
      "waitsForPermit",
      ...removed,
    ],
    { attempts: 0, ...set },
  );

describe("an approval at rest", () => {
  it("waits for whichever comes first: its term's next step, or its revocation", () => {
    expect(changes.atRest(full)).toStrictEqual(resting({ nextAt: later }));
    const term = { until: later, nextAt: sooner };
    expect(changes.atRest({ ...full, term })).toStrictEqual(resting({ term, nextAt: sooner }));
    const revocation = { ...full.revocation, dueAt: sooner };
    expect(changes.atRest({ ...full, revocation })).toStrictEqual(resting({ revocation, nextAt: sooner }));
  });

  it("waits for nothing where it has no end", () => {
    expect(changes.atRest(least)).toStrictEqual(least);
    const { term: _, revocation: _revocation, ...endless } = full;
    expect(changes.atRest(endless)).toStrictEqual(resting({}, "term", "revocation", "nextAt"));
  });

  it("that is evaluated again has no announced revocation", () => {
    const judged = { at, decider: "j-1" };
    expect(changes.revocationChecked(full, "j-1", now)).toStrictEqual(resting({ judged }, "revocation"));
    expect(changes.revocationChecked(least, "j-1", now)).toStrictEqual({ ...least, judged });
  });
});

describe("an announced revocation", () => {
  const notice = { dueAt: sooner, isBlocked: false, decider: "j-1" };
  const judged = { at, decider: "j-1" };

  it("remembers what the record was", () => {
    const { revocation: _, ...unannounced } = full;
    const { phase, decisionId, decidedAt, action, term, person, reason } = full;
    const before = { phase, decisionId, decidedAt, action, term, person, reason };
    const revocation = { noticedAt: at, dueAt: sooner, before };
    expect(changes.revocationNoticed(unannounced, now, notice)).toStrictEqual(
      resting({ revocation, judged, nextAt: sooner }),
    );
    expect(changes.revocationNoticed(least, now, notice).revocation).toStrictEqual({
      noticedAt: at,
      dueAt: sooner,
      before: { phase: "Applied" },
    });
  });

  it("keeps what an earlier one remembered, and says whether it is blocked", () => {
    const { before } = full.revocation;
    const revocation = { noticedAt: at, dueAt: sooner, isBlocked: true, before } as const;
    expect(changes.revocationNoticed(full, now, { ...notice, isBlocked: true })).toStrictEqual(
      resting({ revocation, judged, nextAt: sooner }),
    );
  });

  it("is put off, where there is one", () => {
    const revocation = { ...full.revocation, dueAt: sooner };
    expect(changes.revocationPostponed(full, now, notice)).toStrictEqual(
      resting({ revocation, judged, nextAt: sooner }),
    );
    expect(changes.revocationPostponed(least, now, notice)).toStrictEqual(least);
  });
});

describe("an approval's term", () => {
  const term = { until: later, nextAt: sooner };

  it("is announced, and ends", () => {
    const noticed = { ...term, noticedAt: at, nextAt: later };
    expect(changes.termNoticed(full, term, now)).toStrictEqual(resting({ term: noticed, nextAt: later }));
    const lapsed = { ...term, lapsedAt: at, nextAt: "2026-03-02T10:00:00.000Z" };
    const { revocation: _, ...unannounced } = full;
    expect(changes.termLapsed(unannounced, term, now)).toStrictEqual(
      resting({ term: lapsed, nextAt: lapsed.nextAt }, "revocation"),
    );
  });

  it("is put off, where there is one", () => {
    expect(changes.termPostponed(full, sooner)).toStrictEqual(resting({ term, nextAt: sooner }));
    expect(changes.termPostponed(least, sooner)).toStrictEqual(least);
  });

  it("is what renews the approval, by the policy or by a person", () => {
    const byPolicy = decisionWith({ verdict: { forMs: dayMs } });
    const renewed = { until: "2026-03-02T10:00:00.000Z", nextAt: "2026-03-02T07:36:00.000Z" };
    const { revocation: _, ...unannounced } = full;
    expect(changes.termRenewed(unannounced, byPolicy)).toStrictEqual(
      resting({ term: renewed, nextAt: renewed.nextAt }, "revocation", "person"),
    );
    const person = { id: "p-1", verdict: "approve", by: "ann", reason: "I know them" } as const;
    expect(changes.termRenewed(unannounced, decisionWith({ person }))).toStrictEqual(
      resting({ person, reason: "ann approved it: I know them" }, "revocation", "term", "nextAt"),
    );
  });

  it("is announced when a tenth of it is left, and two weeks ahead at most", () => {
    expect(termOf(decisionWith())).toBeUndefined();
    expect(termOf(decisionWith({ verdict: { forMs: 10 * dayMs } }))?.nextAt).toBe("2026-03-10T10:00:00.000Z");
    expect(termOf(decisionWith({ verdict: { forMs: 1_000 * dayMs } }))).toStrictEqual({
      until: "2028-11-25T10:00:00.000Z",
      nextAt: "2028-11-11T10:00:00.000Z",
    });
  });

  it("is the person's where a person decided", () => {
    const person = { id: "p-1", verdict: "approve", by: "ann", reason: "I know them" } as const;
    const verdict = { forMs: dayMs };
    expect(termOf(decisionWith({ verdict, person }))).toBeUndefined();
    expect(
      termOf(decisionWith({ verdict, person: { ...person, until: "2026-03-11T10:00:00.000Z" } })),
    ).toStrictEqual({
      until: "2026-03-11T10:00:00.000Z",
      nextAt: "2026-03-10T10:00:00.000Z",
    });
  });
});
