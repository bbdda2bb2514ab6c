import { beforeEach, describe, expect, it } from "vitest";
import { earlier, later, now } from "../../../../test/connections/records.ts";
import {
  endpointId,
  otherId,
  reviewFixture,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import type { Connection, PutOutcome } from "../azure-connections.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { apply } from "./apply.ts";
import type { Evaluation } from "./evaluate.ts";
import { writePermit } from "./write-permit.ts";

const verdict = { kind: "approve", reasons: ["it fits", "twice"], unknown: [], alerts: [] } as const;
const decided = {
  phase: "Decided",
  state: "Pending",
  endpointId,
  action: "approve",
  decisionId: "d-1",
  verdict: "approve",
  lease: { owner: "ours", until: plusMs(now, minuteMs) },
} as const;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

interface Applied {
  readonly record: ConnectionRecord;
  /** Whether the hour's approval is used up. */
  readonly isUsed: boolean;
}

/** Applies a decision, with the only permit for an approval of the hour. */
async function applied(
  more: Partial<ConnectionRecord> = {},
  evaluated: Partial<Evaluation> = {},
  services = fixture.services,
): Promise<Applied> {
  const stored = await fixture.stored({ ...decided, ...more });
  const permit = writePermit(services.breakers, services.clock);
  await permit.acquireApproval();
  const request = { id: shown.id, cause: "event", actor: "test", requestedAt: now } as const;
  const evaluation = { verdict, snapshot: { service: fixture.world.service }, ...evaluated } as Evaluation;
  const end = await apply(
    { services, request, permit },
    { kind: "decided", record: stored, evaluation },
    shown,
  );
  expect(end).toMatchObject({ kind: "ended", verdict });
  expect(await services.ledger.find(stored.id)).toEqual(end.record);
  await permit.release();
  const { kind } = await services.breakers.acquireApproval();
  return { record: end.record, isUsed: kind === "open" };
}

const azureShows = (more: Partial<Connection>) => {
  fixture.world.connection = knownRead({ ...shown, ...more });
};

describe("a decision is written to Azure", () => {
  it("with its id and the policy's reasons, and followed until Azure shows it", async () => {
    fixture.world.put = { kind: "accepted", operation: "/operations/1", retryAfterMs: 4 * minuteMs };
    const { record, isUsed } = await applied();
    expect(fixture.world.puts).toEqual([
      { state: "Approved", description: "drawbridge d-1: it fits; twice" },
    ]);
    expect(record).toMatchObject({
      phase: "Applying",
      reason: "it fits; twice",
      write: { sentAt: now.toISOString(), operation: "/operations/1" },
      difficulty: "Azure has not confirmed it yet",
      nextAt: plusMs(now, 4 * minuteMs),
    });
    expect(isUsed).toBe(true);
  });

  it("with a person's reason, and without the name", async () => {
    const person = { id: "p", verdict: "approve", by: "Ada", reason: "I know it" } as const;
    const { record } = await applied({}, { person });
    expect(fixture.world.puts).toEqual([{ state: "Approved", description: "drawbridge d-1: I know it" }]);
    expect(record.reason).toBe("Ada approved it: I know it");
    expect(record.write).toStrictEqual({ sentAt: now.toISOString() });
  });

  it("and is applied if Azure shows it", async () => {
    azureShows({ state: "Approved", description: "drawbridge d-1: it fits; twice" });
    const { record, isUsed } = await applied();
    expect(record).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(isUsed).toBe(true);
    expect(await fixture.lock()).toBeUndefined();
  });

  it("and belongs to somebody else if Azure shows another state", async () => {
    azureShows({ state: "Rejected", description: "" });
    expect((await applied()).record).toMatchObject({ phase: "Overridden", state: "Rejected" });
  });

  it("as a revocation, which waits while Azure shows it as Approved", async () => {
    azureShows({ state: "Approved" });
    const { record } = await applied({ action: "revoke" });
    expect(fixture.world.puts).toMatchObject([{ state: "Rejected" }]);
    expect(record).toMatchObject({ phase: "Applying", difficulty: "Azure has not confirmed it yet" });
  });
});

describe("a write that Azure did not take", () => {
  it("has failed if it was refused, with an alert, and its permit is left", async () => {
    fixture.world.put = { kind: "refused", code: "Forbidden" };
    const { record, isUsed } = await applied();
    expect(record).toMatchObject({
      phase: "Failed",
      difficulty: "Azure refused to make it Approved (Forbidden)",
    });
    expect(record).not.toHaveProperty("write");
    expect(isUsed).toBe(false);
    expect(await fixture.lock()).toBeUndefined();
  });

  it("waits if Azure was busy, behind others, and its permit is left", async () => {
    fixture.world.put = { kind: "busy", code: "Conflict", retryAfterMs: 2 * minuteMs };
    const { record, isUsed } = await applied();
    expect(record).toMatchObject({
      phase: "Decided",
      difficulty: "Azure was busy (Conflict)",
      nextAt: plusMs(now, 2 * minuteMs),
    });
    expect(record).not.toHaveProperty("write");
    expect(isUsed).toBe(false);
    expect(await fixture.lock()).toBeUndefined();
  });
});

describe("a write with an unclear outcome is read, and never sent again", () => {
  const unclear: PutOutcome = { kind: "unclear", code: "Timeout" };
  it.each([
    ["and waits if that fails", unknownRead("failed"), "the outcome could not be read (failed)"],
    [
      "and waits for a second look if it is not found",
      unknownRead("not-found"),
      "it was not found, and is read again to be sure",
    ],
    ["and waits while it is as before", knownRead(shown), "Azure has not confirmed it yet"],
    [
      "and waits if its state is not documented",
      knownRead({ ...shown, state: "Odd" }),
      "Azure has not confirmed it yet",
    ],
    [
      "and waits if the name is another connection's",
      knownRead({ ...shown, state: "Approved", endpointId: `${endpointId}-2` }),
      "Azure has not confirmed it yet",
    ],
  ])("%s", async (_, connection, difficulty) => {
    fixture.world.put = unclear;
    fixture.world.connection = connection;
    const { record, isUsed } = await applied();
    expect(record).toMatchObject({ phase: "Applying", difficulty, write: { sentAt: now.toISOString() } });
    expect(isUsed).toBe(true);
    expect(fixture.world.puts).toHaveLength(1);
  });
});

describe("nothing is written to Azure", () => {
  it("while another connection has the write lock", async () => {
    await fixture.services.ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), later);
    const { record, isUsed } = await applied();
    expect(record).toMatchObject({ phase: "Decided", queuedAt: now.toISOString() });
    expect(isUsed).toBe(false);
    expect(fixture.world.puts).toEqual([]);
  });

  it.each([
    [75_000, 0, "the review took too long to act on it"],
    [74_999, 1, "Azure has not confirmed it yet"],
  ])("if the attempt stood still for %i ms, which leaves %i writes", async (ms, writes, difficulty) => {
    const { ledger } = fixture.services;
    const saveWithWriteLock: typeof ledger.saveWithWriteLock = async (record, until) => {
      const saved = await ledger.saveWithWriteLock(record, until);
      if (record.phase === "Applying" && record.difficulty === undefined)
        fixture.world.now = new Date(now.getTime() + ms);
      return saved;
    };
    const services = { ...fixture.services, ledger: { ...ledger, saveWithWriteLock } };
    const { record } = await applied({}, {}, services);
    expect(fixture.world.puts).toHaveLength(writes);
    expect(record).toMatchObject({ phase: writes === 0 ? "Decided" : "Applying", difficulty });
  });

  it.each([{ action: "none" }, { decisionId: undefined as never }] as const)(
    "for a record with %j",
    async (more) => {
      await expect(applied(more)).rejects.toThrow("nothing may be applied to a record in phase Decided");
      expect(fixture.world.puts).toEqual([]);
    },
  );
});

it("the write lock is kept for 15 minutes from the write, whatever happens to this process", async () => {
  const { azure } = fixture.services;
  let lock: unknown;
  const setState: typeof azure.setState = async (...asked) => {
    lock = await fixture.lock();
    expect(await fixture.services.ledger.find(shown.id)).toMatchObject({
      phase: "Applying",
      write: { sentAt: now.toISOString() },
      waitingSince: earlier,
      lease: { owner: "ours", until: plusMs(now, 90_000) },
    });
    fixture.world.now = new Date(now.getTime() + 10_000);
    return azure.setState(...asked);
  };
  const services = { ...fixture.services, azure: { ...azure, setState } };
  const { record } = await applied({ waitingSince: earlier }, {}, services);
  expect(record.write).toEqual({ sentAt: now.toISOString() });
  expect(lock).toEqual({ connection: shown.id.text, until: plusMs(now, 15 * minuteMs) });
});
