import { beforeEach, describe, expect, it } from "vitest";
import { earlier, later, leastRecord, now } from "../../../../test/connections/records.ts";
import { otherId, reviewFixture, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { followUp } from "./follow-up.ts";

const marginMs = 1_000;
const write = { sentAt: earlier };

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

const least = leastRecord("Decided");

/** What is queued after an attempt that made the second of the first. */
async function queuedAfter(before: Partial<ConnectionRecord>, after: Partial<ConnectionRecord>) {
  await followUp(fixture.services, { ...least, ...before }, { ...least, ...after });
  return fixture.queued;
}

/** Puts another connection of the service in line. */
async function lineUp(): Promise<void> {
  const { ledger } = fixture.services;
  await ledger.endAttempt(await ledger.openReview(otherId), { until: later, queuedAt: earlier });
}

describe("the next review of a connection", () => {
  it.each([
    ["is queued for its time", 2 * minuteMs, 2 * minuteMs + marginMs],
    ["is queued if it is due in ten minutes", 10 * minuteMs, 10 * minuteMs + marginMs],
    ["is queued at once if it is due", -minuteMs, marginMs],
  ])("%s", async (_, ms, delayMs) => {
    expect(await queuedAfter({}, { nextAt: plusMs(now, ms) })).toEqual([["pe", delayMs]]);
  });

  it.each<[string, Partial<ConnectionRecord>, Partial<ConnectionRecord>]>([
    ["is left to a sweep if it is due later", {}, { nextAt: plusMs(now, 10 * minuteMs + 1) }],
    ["is not queued twice", { nextAt: plusMs(now, minuteMs) }, { nextAt: plusMs(now, minuteMs) }],
    ["is not queued while it is in line", {}, { nextAt: plusMs(now, minuteMs), queuedAt: earlier }],
    ["is not queued without a time", { nextAt: earlier }, {}],
  ])("%s", async (_, before, after) => {
    expect(await queuedAfter(before, after)).toEqual([]);
  });

  it("that cannot be queued is left to a sweep, and logged", async () => {
    fixture.world.isQueueFull = true;
    expect(await queuedAfter({}, { nextAt: plusMs(now, minuteMs) })).toEqual([]);
    expect(fixture.logged).toEqual(["a review could not be queued for its scheduled time"]);
  });

  it("fails for any other reason than the queue's", async () => {
    const reviewQueue = { sendLater: () => Promise.reject(new Error("a bug")) };
    const after = { ...least, nextAt: plusMs(now, minuteMs) };
    await expect(followUp({ ...fixture.services, reviewQueue }, least, after)).rejects.toThrow("a bug");
  });
});

describe("the connection next in line is queued", () => {
  beforeEach(lineUp);

  it.each<[string, Partial<ConnectionRecord>, Partial<ConnectionRecord>]>([
    ["once a write has ended", { phase: "Applying", write }, { phase: "Held" }],
    ["once a connection no longer waits with the lock", { waitingSince: earlier }, { phase: "Held" }],
    ["after an approval", {}, { phase: "Applied", action: "approve" }],
    ["after a revocation", {}, { phase: "Revoked", action: "revoke" }],
    ["after a write that failed", {}, { phase: "Failed", action: "approve" }],
    [
      "while one waits that was to be written, and has no lock",
      {},
      { waitingSince: earlier, action: "approve" },
    ],
    [
      "after the breaker withheld an approval",
      {},
      { phase: "Held", restrained: "approvals", action: "none" },
    ],
  ])("%s", async (_, before, after) => {
    expect(await queuedAfter(before, after)).toEqual([["pe-2", marginMs]]);
  });

  it.each<[string, Partial<ConnectionRecord>, Partial<ConnectionRecord>]>([
    ["if nothing was to be written", {}, { phase: "Applied" }],
    ["if the mode writes nothing", {}, { phase: "Applied", action: "none" }],
    ["if a write is still to come", {}, { phase: "Decided", action: "approve" }],
    ["if another breaker holds it", {}, { phase: "Held", restrained: "requests", action: "none" }],
    ["while this one is written", { waitingSince: earlier }, { phase: "Applying", write }],
    [
      "while this one is in line itself",
      { waitingSince: earlier },
      { waitingSince: earlier, queuedAt: earlier },
    ],
    ["if one that failed waited", { phase: "Failed", waitingSince: earlier }, { phase: "Held" }],
  ])("not %s", async (_, before, after) => {
    expect(await queuedAfter(before, after)).toEqual([]);
  });

  it.each<[string, string, number]>([
    ["not after the breaker withheld one, while another connection has the write lock", later, 0],
    ["after the breaker withheld one, once another connection's write lock is over", earlier, 1],
  ])("%s", async (_, until, count) => {
    await fixture.services.ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), until);
    const after = { phase: "Held", restrained: "approvals", action: "none" } as const;
    expect(await queuedAfter({}, after)).toHaveLength(count);
  });

  it("not while this one waits with the write lock, but once it failed", async () => {
    const { ledger } = fixture.services;
    await ledger.saveWithWriteLock(await fixture.stored(), later);
    expect(await queuedAfter({ waitingSince: earlier }, { waitingSince: earlier })).toEqual([]);
    const failed = { phase: "Failed", waitingSince: earlier } as const;
    expect(await queuedAfter({ waitingSince: earlier }, failed)).toEqual([["pe-2", marginMs]]);
  });
});

it("nobody is queued where nobody is in line", async () => {
  expect(await queuedAfter({ phase: "Applying", write }, { phase: "Applied", action: "approve" })).toEqual(
    [],
  );
});
