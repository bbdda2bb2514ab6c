import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf } from "../../../../test/connections/evaluations.ts";
import { found } from "../../../../test/connections/recording-fixture.ts";
import { earlier, id, later, now } from "../../../../test/connections/records.ts";
import { approvedBy, shown } from "../../../../test/connections/review-fixture.ts";
import {
  inTurn,
  wholeReviewFixture,
  type WholeReviewFixture,
} from "../../../../test/connections/whole-review.ts";
import { dayMs, minuteMs, plusMs } from "../../clock.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { decided } from "../record/transitions.ts";
import { decisionOf } from "./append-decision.ts";

/** Tests of the steps of an attempt: reconcile, evaluate, record, read again, apply. */

let fixture: WholeReviewFixture;
beforeEach(() => {
  fixture = wholeReviewFixture();
});

const pending = { phase: "Seen", state: "Pending" } as const;
const ours = approvedBy("d-0");
const approved = { phase: "Applied", state: "Approved", action: "approve", decisionId: "d-0" } as const;
const difficulty = "it kept changing while it was reviewed";
const late = "the review took longer than a minute after its decision, so nothing was written";

describe("an attempt", () => {
  it("records what it decides on a Pending connection, and applies it", async () => {
    expect(await fixture.reviewed(fixture.writesAtOnce())).toMatchObject({
      state: "Approved",
      phase: "Applied",
      verdict: "approve",
      applied: true,
    });
    expect(await fixture.entries()).toMatchObject([
      { kind: "outcome", phase: "Applied" },
      { kind: "decision", action: "approve" },
    ]);
    expect(fixture.world.puts).toMatchObject([{ state: "Approved" }]);
    expect(await fixture.takesApproval()).toBe(false);
  });

  it("keeps what it saw of a connection that is held", async () => {
    fixture.serviceIs("Standard", "Enabled");
    expect(await fixture.reviewed()).toMatchObject({ phase: "Held", verdict: "hold", applied: false });
    expect(await fixture.record()).toMatchObject({
      phase: "Held",
      state: "Pending",
      endpointId: shown.endpointId,
      message: "please",
    });
  });

  it("evaluates an Approved connection for a revocation", async () => {
    await fixture.stored(approved);
    fixture.world.connection = knownRead(ours);
    fixture.serviceIs("Developer", "Enabled");
    await fixture.reviewed();
    expect(await fixture.record()).toMatchObject({
      phase: "Applied",
      revocation: { noticedAt: now.toISOString() },
    });
    expect(fixture.world.puts).toEqual([]);
  });

  it("leaves a connection that waits for Azure, after an event", async () => {
    const waiting = { phase: "Decided", action: "approve", waitingSince: earlier, nextAt: later } as const;
    await fixture.stored({ ...pending, ...waiting });
    await fixture.reviewed();
    expect(await fixture.record()).toMatchObject(waiting);
    expect(await fixture.entries()).toEqual([]);
  });

  it("starts again where Azure shows the end of a write while it is followed", async () => {
    const write = { sentAt: now.toISOString(), operation: "/operations/1" };
    await fixture.stored({ ...approved, ...pending, phase: "Applying", write });
    const result = await fixture.reviewed({
      connection: inTurn(knownRead(shown), knownRead(ours)),
      operation: inTurn({ kind: "succeeded" }),
    });
    expect(result).toMatchObject({ phase: "Applied", state: "Approved", decisionId: "d-0" });
    expect(fixture.world.puts).toEqual([]);
  });

  it("reads once more where a connection that was revoked is shown as Pending, and waits then", async () => {
    const write = { sentAt: now.toISOString(), operation: "/operations/1" };
    await fixture.stored({ ...approved, phase: "Applying", action: "revoke", write });
    let reads = 0;
    await fixture.reviewed({
      connection: () => {
        if (++reads > 5) throw new Error("it is read again and again");
        return Promise.resolve(knownRead(shown));
      },
      operation: inTurn({ kind: "succeeded" }),
    });
    expect(reads).toBe(2);
    expect(await fixture.record()).toMatchObject({
      phase: "Applying",
      difficulty: "Azure's operation succeeded, but the connection does not show it yet",
    });
  });

  it.each([
    ["that is new", { phase: "Seen" }],
    ["that was seen Pending", pending],
  ] as const)("of a connection %s makes a sweep read its service again, once", async (_, record) => {
    await fixture.stored(record);
    await fixture.reviewed(fixture.writesAtOnce());
    expect([...(await fixture.services.digests.all()).values()]).toEqual([{ seen: "", doubts: 1 }]);
  });
});

describe("a decision", () => {
  it("is made again and not applied if the connection changed in between, three times", async () => {
    await fixture.stored(pending);
    let count = 0;
    await fixture.reviewed({
      connection: () => Promise.resolve(knownRead({ ...shown, description: `please, ${count++}` })),
    });
    expect(fixture.world.puts).toEqual([]);
    expect(await fixture.entries()).toMatchObject(
      [2, 1, 0].map((each) => ({ kind: "decision", message: `please, ${each}` })),
    );
    expect(await fixture.record()).toMatchObject({ phase: "Decided", attempts: 1, difficulty });
    expect(await fixture.takesApproval()).toBe(true);
  });

  it("is not applied to a connection that cannot be read again", async () => {
    await fixture.stored(pending);
    await fixture.reviewed({ connection: inTurn(knownRead(shown), unknownRead("timed-out")) });
    expect(fixture.world.puts).toEqual([]);
    expect(await fixture.record()).toMatchObject({
      phase: "Decided",
      attempts: 1,
      difficulty: "the connection could not be read (timed-out)",
    });
    expect(await fixture.takesApproval()).toBe(true);
  });

  it("is not sent a minute after its permit was acquired", async () => {
    await fixture.stored(pending);
    const read = inTurn(knownRead(shown));
    let count = 0;
    await fixture.reviewed({
      connection: () => {
        if (count++ > 0) fixture.world.now = new Date(now.getTime() + minuteMs);
        return read();
      },
    });
    expect(fixture.world.puts).toEqual([]);
    expect(await fixture.record()).toMatchObject({ phase: "Decided", attempts: 1, difficulty: late });
  });

  it("is given up for this attempt after ten reservation conflicts", async () => {
    await fixture.stored(pending);
    const { ledger, azure } = fixture.services;
    let count = 0;
    await fixture.reviewed({
      service: async (asked) => {
        count += 1;
        const other = { ...id, text: `${id.text}-${count}` };
        const { reservations } = await ledger.head(id.service);
        const decision = decisionOf(attemptOf(fixture.services, { id: other }), found());
        const record = await fixture.stored({ id: other, phase: "Seen" });
        const next = (entry: Parameters<typeof decided>[1]) => ({
          record: decided(record, entry),
          alerts: [],
        });
        await ledger.append(record, decision, next, reservations);
        return azure.service(asked);
      },
    });
    expect(count).toBe(10);
    expect(fixture.world.puts).toEqual([]);
    expect(await fixture.record()).toMatchObject({ phase: "Seen", attempts: 1, difficulty });
  });
});

describe("a revocation", () => {
  const dueAt = plusMs(now, -1);
  const revocation = {
    noticedAt: plusMs(now, -8 * dayMs),
    dueAt,
    before: { phase: "Applied", action: "approve", decisionId: "d-0" },
  } as const;
  beforeEach(async () => {
    await fixture.stored({ ...approved, revocation });
    fixture.world.connection = knownRead(ours);
    fixture.serviceIs("Developer", "Enabled");
  });

  it("is applied once its notice is over", async () => {
    await fixture.reviewed(fixture.writesAtOnce());
    expect(fixture.world.puts).toMatchObject([{ state: "Rejected" }]);
    expect(await fixture.record()).toMatchObject({ phase: "Revoked", state: "Rejected" });
  });

  it("is not applied where the connection has become the last one of its service", async () => {
    const { azure } = fixture.services;
    await fixture.reviewed({
      service: async (asked) => {
        const shows = await azure.service(asked);
        fixture.serviceIs("Developer", "Disabled");
        return shows;
      },
    });
    expect(fixture.world.puts).toEqual([]);
    expect(await fixture.record()).toMatchObject({ ...approved, revocation: { isBlocked: true } });
  });
});
