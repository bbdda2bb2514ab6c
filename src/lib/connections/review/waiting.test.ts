import { beforeEach, describe, expect, it } from "vitest";
import { earlier, later, leastRecord, now } from "../../../../test/connections/records.ts";
import { otherId, reviewFixture, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import { dayMs, hourMs, minuteMs, plusMs } from "../../clock.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { isWaiting, waitForAzure, waitInLine } from "./waiting.ts";

const ago = (ms: number) => plusMs(now, -ms);
const write = { sentAt: ago(minuteMs) };

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

describe("a connection waits", () => {
  it.each([
    ["for Azure, until its time", { waitingSince: earlier, nextAt: later }, true],
    ["no longer, at its time", { waitingSince: earlier, nextAt: now.toISOString() }, false],
    ["not without a time", { waitingSince: earlier }, false],
    ["not for Azure, if it is only put off", { nextAt: later }, false],
  ])("%s", (_, more, waits) => {
    expect(isWaiting({ ...leastRecord("Decided"), ...more }, now)).toBe(waits);
  });
});

describe("Azure is waited for", () => {
  const told = { since: earlier, toldAt: earlier };
  it.each<[string, Partial<ConnectionRecord>, number | undefined, number]>([
    ["at least ten seconds", {}, undefined, 10_000],
    [
      "as long again as it was waited for so far",
      { waitingSince: ago(3 * minuteMs) },
      undefined,
      3 * minuteMs,
    ],
    [
      "five minutes at most where it does not say how long",
      { waitingSince: earlier },
      undefined,
      5 * minuteMs,
    ],
    [
      "at least ten seconds after a time in line, when it was not busy",
      { waitingSince: earlier, queuedAt: earlier },
      undefined,
      10_000,
    ],
    ["as long as it says", {}, 7 * minuteMs, 7 * minuteMs],
    ["at least five seconds where it says less", {}, 1, 5_000],
    ["an hour at most where it says more", {}, 25 * hourMs, hourMs],
    ["ten minutes at most while a write is under way", { write }, hourMs, 10 * minuteMs],
    ["at least five seconds while a write is under way", { write }, 1, 5_000],
    ["an hour once an alert said that it is slow, whatever it says", { slow: told }, 1, hourMs],
    ["an hour once an alert said that it is slow, where it says nothing", { slow: told }, undefined, hourMs],
    [
      "as before while the write that an alert called slow is under way",
      { write, slow: told },
      minuteMs,
      minuteMs,
    ],
  ])("%s", async (_, more, retryAfterMs, waitMs) => {
    const record = await fixture.stored(more);
    const waiting = await waitForAzure(fixture.services, record, "it is busy", retryAfterMs);
    expect(waiting).toMatchObject({
      difficulty: "it is busy",
      nextAt: plusMs(now, waitMs),
      phase: "Decided",
    });
    expect(await fixture.services.ledger.find(record.id)).toEqual(waiting);
    // A sweep has to find it before the lock is over, even if the queue loses its message.
    expect(await fixture.lock()).toEqual({
      connection: record.id.text,
      until: plusMs(now, waitMs + 15 * minuteMs),
    });
  });

  it("without the write lock, where another connection has it", async () => {
    await fixture.services.ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), later);
    const record = await fixture.stored();
    const waiting = await waitForAzure(fixture.services, record, "it is busy");
    expect(await fixture.services.ledger.find(record.id)).toEqual(waiting);
    expect(waiting.waitingSince).toBe(now.toISOString());
    expect(await fixture.lock()).toEqual({ connection: otherId.text, until: later });
  });
});

describe("an alert says once that it is slow", () => {
  const slow = { since: ago(dayMs) };
  const confirmed = { sentAt: earlier, seenAt: earlier };
  const waitWith = async (more: Partial<ConnectionRecord>) =>
    waitForAzure(fixture.services, await fixture.stored(more), "it is busy");

  it.each<[string, Partial<ConnectionRecord>, string]>([
    ["after a day", { slow }, "a day"],
    ["an hour after a write that Azure confirmed", { write: confirmed }, "an hour"],
    ["after a day, even with a write of an hour", { slow, write: confirmed }, "a day"],
  ])("%s", async (_, more, time) => {
    const waiting = await waitWith(more);
    expect(waiting.slow?.toldAt).toBe(now.toISOString());
    const reason = `not done after ${time}: it is busy`;
    expect(await fixture.alerts()).toEqual([`Drawbridge.ConnectionSlow: ${reason}`]);
    expect(await fixture.entries()).toMatchObject([
      { kind: "outcome", phase: "Decided", slow: true, reason },
    ]);
    await waitForAzure(fixture.services, waiting, "it is busy");
    expect(await fixture.entries()).toHaveLength(1);
  });

  it.each<[string, Partial<ConnectionRecord>]>([
    ["before a day is over", { slow: { since: ago(dayMs - 1) } }],
    ["before a write is an hour old", { write: { ...confirmed, sentAt: ago(hourMs - 1) } }],
    ["of a write that Azure did not confirm", { write: { sentAt: ago(2 * hourMs) } }],
    ["at first", {}],
  ])("not %s", async (_, more) => {
    const waiting = await waitWith(more);
    expect(waiting.slow).toEqual(more.slow ?? { since: now.toISOString() });
    expect(await fixture.alerts()).toEqual([]);
    expect(await fixture.entries()).toEqual([]);
  });
});

describe("a decided connection in line", () => {
  it("is reviewed after ten minutes, if nobody calls it before", async () => {
    const record = await fixture.stored();
    const next = await waitInLine(fixture.services, record);
    expect(next).toMatchObject({ queuedAt: now.toISOString(), nextAt: plusMs(now, 10 * minuteMs) });
    expect(next.slow).toEqual({ since: now.toISOString() });
    expect(await fixture.services.ledger.find(record.id)).toEqual(next);
    expect(await fixture.lock()).toBeUndefined();
  });

  it("is alerted if it is slow, with the reason why it waits", async () => {
    await waitInLine(fixture.services, await fixture.stored({ slow: { since: ago(dayMs) } }));
    expect(await fixture.alerts()).toEqual([
      "Drawbridge.ConnectionSlow: not done after a day: other connections of the service are written before it, since Azure takes one at a time",
    ]);
  });
});
