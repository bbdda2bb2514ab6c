import { beforeEach, describe, expect, it } from "vitest";
import { fullRecord, id, later, now } from "../../../../test/connections/records.ts";
import { wholeReviewFixture, type WholeReviewFixture } from "../../../../test/connections/whole-review.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import { unknownRead } from "../../estate/read.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";

let fixture: WholeReviewFixture;
beforeEach(() => {
  fixture = wholeReviewFixture();
});

const { person } = fullRecord("Held");
const openReview = () => fixture.services.ledger.findOpenReview(id);
const nothing = { connection: id.text, reasons: [], unknown: [], applied: false };

describe("the end of a review", () => {
  beforeEach(() => {
    fixture.serviceIs("Standard", "Enabled");
  });

  it("leaves open what the connection waits for", async () => {
    const result = await fixture.reviewed();
    expect(result).toMatchObject({ phase: "Held", state: "Pending", verdict: "hold", applied: false });
    const record = await fixture.record();
    expect(await openReview()).toMatchObject({
      wait: { until: record?.nextAt, decider: record?.policyHash, heldSince: now.toISOString() },
    });
  });

  it("queues the next one, if that is due soon", async () => {
    await fixture.reviewed({ service: () => Promise.resolve(unknownRead("throttled")) });
    expect(await fixture.record()).toMatchObject({ attempts: 1, nextAt: plusMs(now, 30_000) });
    expect(fixture.queued).toEqual([[id.connectionName, 31_000]]);
  });
});

describe("a review that does not take place", () => {
  it("leaves nothing behind where nothing is governed", async () => {
    fixture = wholeReviewFixture({ mode: "off" });
    expect(await fixture.reviewed()).toEqual({ ...nothing, reason: "mode off: nothing is reviewed" });
    expect(await openReview()).toBeUndefined();
    expect(await fixture.record()).toBeUndefined();
  });

  it("stays open while another attempt holds the lease", async () => {
    const stored = await fixture.stored({ phase: "Seen", lease: { owner: "other", until: later } });
    expect(await fixture.reviewed()).toEqual({ ...nothing, reason: "another review of it is at work" });
    expect(await fixture.record()).toEqual(stored);
    expect(await openReview()).not.toHaveProperty("wait");
  });
});

describe("a review that another attempt overtakes", () => {
  const overtaken = async () => {
    const { ledger, azure } = fixture.services;
    return fixture.reviewed({
      service: async (asked) => {
        const record = await fixture.record();
        if (record !== undefined) await ledger.save({ ...record, attempts: 7 });
        return azure.service(asked);
      },
    });
  };

  it("gives way, stays open, and says so in the log", async () => {
    await fixture.stored({ phase: "Seen", state: "Pending" });
    expect(await overtaken()).toEqual({ ...nothing, reason: "another review of it is at work" });
    expect(await fixture.record()).toMatchObject({ phase: "Seen", attempts: 7 });
    expect(await openReview()).not.toHaveProperty("wait");
    expect(fixture.logged).toEqual(["review stopped: another attempt changed the record"]);
    expect(fixture.world.puts).toEqual([]);
  });

  it("is told from a defect, which is thrown", async () => {
    const reviewed = fixture.reviewed({ service: () => Promise.reject(new Error("a defect")) });
    await expect(reviewed).rejects.toThrow("a defect");
  });
});

describe("a review in its turn", () => {
  const twoMinutesMs = 2 * minuteMs;
  /** Another review of the service takes so long. */
  const reviewedAfter = (ms: number, request: Parameters<WholeReviewFixture["reviewed"]>[1] = {}) => {
    const { serviceMutex } = fixture.services;
    const before = serviceMutex.runExclusive(id.service.text, async () => {
      await Promise.resolve();
      fixture.world.now = new Date(now.getTime() + ms);
    });
    return Promise.all([fixture.reviewed(fixture.writesAtOnce(), request), before]).then(
      ([result]) => result,
    );
  };

  it("begins within two minutes", async () => {
    expect(await reviewedAfter(twoMinutesMs - 1)).toMatchObject({ phase: "Applied", applied: true });
  });

  it("is left to the next sweep after two minutes, open for what is recorded", async () => {
    await fixture.stored({ phase: "Seen", state: "Pending" });
    const reason = "other reviews of its service take long; the next sweep reviews it";
    expect(await reviewedAfter(twoMinutesMs)).toEqual({ ...nothing, reason });
    expect(await openReview()).toBeDefined();
    expect(await fixture.record()).toMatchObject({ phase: "Seen" });
  });

  it("leaves no trace of a name that was never seen", async () => {
    await reviewedAfter(twoMinutesMs);
    expect(await openReview()).toBeUndefined();
  });

  it("says to a person that nothing is recorded", async () => {
    const reason = "other reviews of its service take long; nothing is recorded";
    expect(await reviewedAfter(twoMinutesMs, { person })).toEqual({ ...nothing, reason });
  });
});

describe("a connection whose last attempt ended in a difficulty", () => {
  const soon = plusMs(now, 1);
  const postponed = { state: "Pending", attempts: 1, nextAt: soon, difficulty: "it was busy" } as const;
  const applied = { phase: "Applied", action: "approve", decisionId: "d-0" } as const;

  it.each<[string, Partial<ConnectionRecord>]>([
    ["with a decision", { phase: "Decided", action: "approve", decisionId: "d-0" }],
    ["without one", { phase: "Seen" }],
    ["that is applied", applied],
  ])("is put off until its time, whatever event arrives: %s", async (_, more) => {
    await fixture.stored({ ...postponed, ...more });
    await fixture.reviewed(fixture.writesAtOnce());
    expect(await fixture.record()).toMatchObject({ ...postponed, ...more });
    expect(await fixture.record()).not.toHaveProperty("lease");
    expect(fixture.world.puts).toEqual([]);
  });

  it.each<[string, Partial<ConnectionRecord>, Parameters<WholeReviewFixture["reviewed"]>[1]]>([
    ["a person asks", { phase: "Decided" }, { cause: "http" }],
    ["its time has come", { phase: "Decided", nextAt: now.toISOString() }, {}],
    ["it is held", { phase: "Held" }, {}],
    ["there was no difficulty", { phase: "Decided", attempts: 0 }, {}],
  ])("is reviewed where %s", async (_, more, request) => {
    await fixture.stored({ ...postponed, ...more });
    expect(await fixture.reviewed(fixture.writesAtOnce(), request)).toMatchObject({
      phase: "Applied",
      applied: true,
    });
    expect(fixture.world.puts).toMatchObject([{ state: "Approved" }]);
  });
});
