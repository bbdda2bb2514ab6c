import { beforeEach, describe, expect, it } from "vitest";
import { earlier, later, leastRecord, now } from "../../../../test/connections/records.ts";
import { otherId, reviewFixture, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import { hourMs, minuteMs, plusMs } from "../../clock.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { fail, recordFailedOperation, saveAndReleaseWriteLock, scheduleRetry } from "./schedule-retry.ts";

const write = { sentAt: earlier };

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

/** A record that holds its service's write lock. */
async function locking(more: Partial<ConnectionRecord> = {}): Promise<ConnectionRecord> {
  const locked = await fixture.services.ledger.saveWithWriteLock(await fixture.stored(more), later);
  if (locked === undefined) throw new Error("nobody else has the lock");
  return locked;
}

/** Gives the write lock to another connection of the service. */
async function lockForAnother(): Promise<string> {
  await fixture.services.ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), later);
  return otherId.text;
}

const found = () => fixture.services.ledger.find(leastRecord("Decided").id);

describe("a connection in difficulty", () => {
  it.each([
    [1, 30_000],
    [2, minuteMs],
    [8, 64 * minuteMs],
    [9, hourMs],
  ])("is put off at the attempt %i in a row by %i ms, or an hour", async (attempts, delayMs) => {
    const record = await fixture.stored({ attempts: attempts - 1 });
    const next = await scheduleRetry(fixture.services, record, "it was busy");
    const nextAt = plusMs(now, Math.min(hourMs, delayMs));
    expect(next).toMatchObject({ attempts, difficulty: "it was busy", nextAt, phase: "Decided" });
    expect(await found()).toEqual(next);
    expect(await fixture.entries()).toEqual([]);
  });

  it("fails at the tenth attempt in a row, with an alert", async () => {
    const next = await scheduleRetry(fixture.services, await fixture.stored({ attempts: 9 }), "it was busy");
    expect(next).toMatchObject({ attempts: 10, phase: "Failed", nextAt: plusMs(now, hourMs) });
    expect(await found()).toEqual(next);
    expect(await fixture.alerts()).toEqual(["Drawbridge.ConnectionFailed: it was busy, 10 times in a row"]);
    expect(await fixture.entries()).toMatchObject([
      { phase: "Failed", reason: "it was busy, 10 times in a row" },
    ]);
  });

  it("leaves the write lock to others, unless its write may be under way", async () => {
    const record = await scheduleRetry(fixture.services, await locking(), "it was busy");
    expect(await fixture.lock()).toBeUndefined();
    const writing = await fixture.services.ledger.saveWithWriteLock({ ...record, write }, later);
    await scheduleRetry(fixture.services, writing ?? record, "it was busy");
    expect(await fixture.lock()).toEqual({ connection: record.id.text, until: later });
    expect(await found()).toMatchObject({ attempts: 2, write });
  });
});

describe("an operation that failed on Azure", () => {
  it("is an outcome in the chain, and tried again", async () => {
    const record = await fixture.stored({ attempts: 1 });
    const next = await recordFailedOperation(fixture.services, record, "Conflict");
    const reason = "Azure's operation failed (Conflict)";
    expect(next).toMatchObject({ attempts: 2, difficulty: reason, nextAt: plusMs(now, minuteMs) });
    expect(await found()).toEqual(next);
    expect(await fixture.entries()).toMatchObject([{ kind: "outcome", phase: "Decided", reason }]);
    expect(await fixture.alerts()).toEqual([]);
  });

  it("ten times in a row has failed, with an alert", async () => {
    const next = await recordFailedOperation(
      fixture.services,
      await fixture.stored({ attempts: 9 }),
      "Conflict",
    );
    expect(next).toMatchObject({ attempts: 10, phase: "Failed" });
    expect(await fixture.alerts()).toEqual([
      "Drawbridge.ConnectionFailed: Azure's operation failed (Conflict), 10 times in a row",
    ]);
  });
});

describe("a record that is not written now", () => {
  it("releases the write lock", async () => {
    const record = await locking();
    expect(await saveAndReleaseWriteLock(fixture.services, { ...record, attempts: 7 })).toMatchObject({
      attempts: 7,
    });
    expect(await found()).toMatchObject({ attempts: 7 });
    expect(await fixture.lock()).toBeUndefined();
  });

  it("is saved all the same where another connection has the write lock", async () => {
    const other = await lockForAnother();
    const record = await fixture.stored();
    await saveAndReleaseWriteLock(fixture.services, { ...record, attempts: 7 });
    expect(await found()).toMatchObject({ attempts: 7 });
    expect(await fixture.lock()).toEqual({ connection: other, until: later });
  });
});

describe("an attempt that cannot succeed by itself", () => {
  it("is alerted once, and releases the write lock each time", async () => {
    const failed = await fail(fixture.services, await locking(), "refused");
    expect(failed).toMatchObject({ phase: "Failed", failedWith: "refused", nextAt: plusMs(now, hourMs) });
    expect(await fixture.lock()).toBeUndefined();
    const locked = await fixture.services.ledger.saveWithWriteLock(failed, later);
    const again = await fail(fixture.services, locked ?? failed, "refused");
    expect(await found()).toEqual(again);
    expect(await fixture.lock()).toBeUndefined();
    expect(await fixture.alerts()).toEqual(["Drawbridge.ConnectionFailed: refused"]);
    await fail(fixture.services, again, "refused for another reason");
    expect(await fixture.alerts()).toHaveLength(2);
    expect(await fixture.entries()).toHaveLength(2);
  });

  it("is recorded in one write, which releases the write lock", async () => {
    const record = await locking();
    const saveWithWriteLock = () => Promise.reject(new Error("a second write"));
    const failed = await fail(
      { ...fixture.services, ledger: { ...fixture.services.ledger, saveWithWriteLock } },
      record,
      "refused",
    );
    expect(await found()).toEqual(failed);
    expect(await fixture.lock()).toBeUndefined();
  });

  it.each([
    ["with an alert", {}],
    ["in silence", { failedWith: "refused" }],
  ])("keeps the write lock, %s, while its write may be under way", async (_, more) => {
    const record = await locking({ phase: "Applying", write, ...more });
    const failed = await fail(fixture.services, record, "refused");
    expect(await found()).toEqual(failed);
    expect(failed).toMatchObject({ phase: "Failed", write });
    expect(await fixture.lock()).toEqual({
      connection: record.id.text,
      until: plusMs(now, hourMs + 15 * minuteMs),
    });
  });

  it("is saved all the same where another connection has the write lock", async () => {
    const other = await lockForAnother();
    const failed = await fail(
      fixture.services,
      await fixture.stored({ phase: "Applying", write }),
      "refused",
    );
    expect(await found()).toEqual(failed);
    expect(await fixture.lock()).toEqual({ connection: other, until: later });
  });
});
