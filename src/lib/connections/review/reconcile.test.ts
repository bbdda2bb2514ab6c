import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf } from "../../../../test/connections/evaluations.ts";
import { earlier, fullRecord, id, later, now } from "../../../../test/connections/records.ts";
import {
  approvedBy,
  endpointId,
  otherId,
  reviewFixture,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { approving } from "../../../../test/connections/tenant-policies.ts";
import { hourMs, minuteMs, plusMs } from "../../clock.ts";
import { knownRead, unknownRead, type Read } from "../../estate/read.ts";
import { rowsAppState } from "../../state/app-state.ts";
import type { Connection } from "../azure-connections.ts";
import { breakerStates } from "../breakers/breakers.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { reconcile } from "./reconcile.ts";

const soon = plusMs(now, minuteMs);
const held = { phase: "Held", state: "Pending", endpointId } as const;
const { person } = fullRecord("Held");
const decided = { action: "approve", decisionId: "d-1", verdict: "approve", reason: "it fits" } as const;
const approved = approvedBy("d-1");
const another = `${endpointId}-2`;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

interface Found {
  readonly read?: Read<Connection>;
  readonly before?: string | undefined;
  readonly request?: object;
  readonly isFirst?: boolean;
}

/** Reconciles a claimed record with a connection that is Pending, and was before. */
async function reconciled(record: Partial<ConnectionRecord> = held, found: Found = {}) {
  const { read, before, request, isFirst } = {
    read: knownRead(shown),
    before: "Pending",
    request: {},
    isFirst: true,
    ...found,
  };
  const stored = await fixture.stored({ lease: { owner: "ours", until: later }, ...record });
  const end = await reconcile(
    attemptOf(fixture.services, request),
    { record: stored, read, before },
    isFirst,
  );
  expect(fixture.world.puts).toEqual([]);
  return end;
}

/** The record of an attempt that ended, which is stored. */
async function recordAfter(record: Partial<ConnectionRecord>, found: Found = {}) {
  const end = await reconciled(record, found);
  if (end.kind !== "ended") throw new Error(`it is ${end.kind}`);
  expect(await fixture.services.ledger.find(id)).toEqual(end.record);
  expect(end.record).not.toHaveProperty("lease");
  return end.record;
}

const free = { kind: "reconciled", connection: shown };

describe("what a sweep saw of a service is explained no more", () => {
  const invalidations = async () =>
    [...(await fixture.services.digests.all()).values()].map(({ doubts }) => doubts);

  it.each<[string, Found, number[]]>([
    ["by a connection that is new", { before: undefined }, [1]],
    ["by another state", { before: "Approved" }, [1]],
    ["by another endpoint", { read: knownRead({ ...shown, endpointId: another }) }, [1]],
    ["by a connection that is gone", { read: unknownRead("not-found") }, [1]],
    ["except by the same connection in the same state", {}, []],
    ["except by one that is still not there", { read: unknownRead("not-found"), before: undefined }, []],
    ["except by one that cannot be read", { read: unknownRead("throttled") }, []],
  ])("%s", async (_, found, doubts) => {
    await reconciled(held, found);
    expect(await invalidations()).toEqual(doubts);
  });
});

describe("a connection that shows no state", () => {
  it("is put off if it cannot be read", async () => {
    const difficulty = "the connection could not be read (throttled)";
    const record = await recordAfter(held, { read: unknownRead("throttled") });
    expect(record).toMatchObject({ phase: "Held", attempts: 1, difficulty });
    expect(record).not.toHaveProperty("missingSince");
  });

  it("is put off if it is not found, until a second answer confirms it", async () => {
    expect(await recordAfter(held, { read: unknownRead("not-found") })).toHaveProperty("missingSince");
  });

  it("is put off if Azure does not document its state", async () => {
    const difficulty = "Azure shows it in a state that it does not document";
    const read = knownRead({ ...shown, state: "Disabled" });
    expect(await recordAfter(held, { read })).toMatchObject({ state: "Disabled", attempts: 1, difficulty });
  });

  it.each([unknownRead("throttled"), knownRead({ ...shown, state: "Disabled" })])(
    "refuses what a person asks for, without an attempt more",
    async (read) => {
      const end = await reconciled(held, { read, request: { person } });
      expect(end).toMatchObject({ kind: "ended", record: { attempts: 0 }, refusal: expect.any(String) });
    },
  );
});

describe("a connection that is Pending", () => {
  it("is evaluated, with what Azure shows of it in its record", async () => {
    const end = await reconciled({ phase: "Seen", missingSince: earlier }, { before: undefined });
    expect(end).toMatchObject({
      ...free,
      observed: {
        read: knownRead(shown),
        record: { state: "Pending", endpointId: shown.endpointId, message: "please" },
      },
    });
    expect(end).not.toHaveProperty("observed.record.missingSince");
    expect(end).toHaveProperty("observed.before", undefined);
  });

  it("keeps its record while its endpoint is the same", async () => {
    const end = await reconciled({ ...held, decisionId: "d-0" });
    expect(end).toMatchObject({ ...free, observed: { before: "Pending", record: { decisionId: "d-0" } } });
    expect(await fixture.entries()).toEqual([]);
  });

  it("starts over if another endpoint uses its name, as one that nobody saw before", async () => {
    const read = knownRead({ ...shown, endpointId: another });
    const end = await reconciled({ ...held, decisionId: "d-0" }, { read });
    expect(end).toMatchObject({
      kind: "reconciled",
      observed: { record: { phase: "Seen", endpointId: another } },
    });
    expect(end).not.toHaveProperty("observed.record.decisionId");
    expect(end).toHaveProperty("observed.before", undefined);
    expect(await fixture.entries()).toMatchObject([{ kind: "outcome", phase: "Gone" }]);
  });
});

describe("a request is counted towards the hour's", () => {
  const counted = async () => {
    const { requests } = await breakerStates(rowsAppState(fixture.rows, () => ["log"]));
    const sum = (minutes: object = {}) =>
      Object.values(minutes).reduce((total: number, each) => total + Number(each), 0);
    return [sum(requests?.all), sum(requests?.swept)];
  };

  it.each<[string, Found, number[]]>([
    ["as announced, after an event", { before: undefined }, [1, 0]],
    ["as found, by a sweep", { before: undefined, request: { cause: "sweep" } }, [1, 1]],
    [
      "as announced, at the first sight of its service",
      { before: undefined, request: { cause: "sweep", firstSight: true } },
      [1, 0],
    ],
    ["if it is Pending again", { before: "Rejected" }, [1, 0]],
    ["but not if it was Pending before", {}, [0, 0]],
    ["but not twice by one attempt", { before: undefined, isFirst: false }, [0, 0]],
  ])("%s", async (_, found, counts) => {
    expect(await reconciled(held, found)).toMatchObject(free);
    expect(await counted()).toEqual(counts);
  });

  it("but not if an approval is judged", async () => {
    fixture = reviewFixture({ policy: () => Promise.resolve(approving) });
    const record = { ...decided, phase: "Applied", state: "Approved", endpointId } as const;
    const end = await reconciled(record, { read: knownRead(approved), before: "Rejected" });
    expect(end).toMatchObject({ kind: "reconciled", connection: approved });
    expect(await counted()).toEqual([0, 0]);
  });
});

describe("a connection that is not Pending", () => {
  const read = knownRead(approved);

  it("is left as it is where it was seen like that before", async () => {
    const record = await recordAfter(
      { phase: "Adopted", endpointId, attempts: 2 },
      { read, before: "Approved" },
    );
    expect(record).toMatchObject({ phase: "Adopted", state: "Approved", attempts: 0 });
    expect(await fixture.entries()).toEqual([]);
  });

  it("is audited where it became Approved since", async () => {
    await recordAfter({ phase: "Adopted", endpointId }, { read, before: "Rejected" });
    expect(await fixture.alerts()).toEqual([expect.stringContaining("Drawbridge.ConnectionBypass")]);
  });

  it("is renewed where a person asks for that", async () => {
    fixture = reviewFixture({ policy: () => Promise.resolve(approving) });
    const term = { until: later, nextAt: later };
    const record = { ...decided, phase: "Applied", state: "Approved", endpointId, term } as const;
    const until = plusMs(now, 2 * hourMs);
    const request = { person: { ...person, verdict: "approve", until } };
    const renewed = await recordAfter(record, { read, before: "Approved", request });
    expect(renewed.term).toMatchObject({ until });
  });
});

describe("a connection that waits", () => {
  const waits = { ...decided, ...held, phase: "Decided", waitingSince: earlier, nextAt: soon } as const;
  const lined = { ...waits, queuedAt: earlier } as const;
  const refused = { ...decided, ...held, phase: "Failed", nextAt: soon } as const;
  const lock = async (until: string) => {
    const { ledger } = fixture.services;
    await ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), until);
  };

  it.each<[string, Partial<ConnectionRecord>]>([
    ["for Azure", waits],
    ["because Azure refused it", refused],
  ])("%s is left until its time", async (_, record) => {
    expect(await recordAfter(record)).toMatchObject({ nextAt: soon, attempts: 0 });
  });

  it("for another connection of its service is left until its time", async () => {
    await lock(soon);
    expect(await recordAfter(lined)).toMatchObject({ nextAt: soon, queuedAt: earlier });
  });

  it("for another connection of its service goes on waiting after its time", async () => {
    await lock(soon);
    const record = await recordAfter({ ...lined, nextAt: earlier });
    expect(record).toMatchObject({ nextAt: plusMs(now, 10 * minuteMs), queuedAt: earlier });
  });

  it("for another connection that is written is evaluated", async () => {
    await lock(earlier);
    expect(await reconciled(lined)).toMatchObject(free);
  });

  it.each<[string, Partial<ConnectionRecord>, Found?]>([
    ["for Azure, at its time", { ...waits, nextAt: plusMs(now, 0) }],
    ["because Azure refused it, at its time", { ...refused, nextAt: plusMs(now, 0) }],
    ["for Azure, if somebody asks", waits, { request: { cause: "http" } }],
    ["because Azure refused it, if somebody asks", refused, { request: { cause: "http" } }],
    ["for Azure, in an attempt that has evaluated it already", waits, { isFirst: false }],
    ["for nothing", held],
  ])("%s, is evaluated", async (_, record, found) => {
    expect(await reconciled(record, found)).toMatchObject(free);
  });
});

describe("a connection that is being written", () => {
  const write = { sentAt: plusMs(now, -minuteMs), operation: "/operations/1" };
  const writing = { ...decided, ...held, phase: "Applying", write } as const;

  it("is waited for", async () => {
    expect(await recordAfter(writing)).toMatchObject({
      phase: "Applying",
      difficulty: "Azure is processing the write",
    });
  });

  it("is reconciled with what Azure shows once its write has ended", async () => {
    fixture.world.operation = { kind: "succeeded" };
    fixture.world.connection = knownRead(approved);
    expect(await recordAfter(writing)).toMatchObject({ phase: "Applied", state: "Approved" });
  });

  it("is evaluated where its write counts as lost", async () => {
    fixture.world.operation = { kind: "unknown", reason: "failed" };
    const end = await reconciled({ ...writing, write: { sentAt: plusMs(now, -10 * minuteMs) } });
    expect(end).toMatchObject({ ...free, observed: { record: { phase: "Decided" } } });
    expect(end).not.toHaveProperty("observed.record.write");
  });
});
