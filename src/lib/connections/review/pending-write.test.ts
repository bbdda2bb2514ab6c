import { beforeEach, describe, expect, it } from "vitest";
import { now } from "../../../../test/connections/records.ts";
import { reviewFixture, shown, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import type { ConnectionRecord, PendingWrite } from "../record/connection-record.ts";
import { followWrite } from "./pending-write.ts";

const ago = (ms: number) => plusMs(now, -ms);
const open: PendingWrite = { sentAt: ago(minuteMs), operation: "/operations/1" };

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

async function followed(
  write: PendingWrite = open,
  more: Partial<ConnectionRecord> = {},
  state: string = "Pending",
) {
  const record = await fixture.stored({
    phase: "Applying",
    action: "approve",
    decisionId: "d-1",
    write,
    ...more,
  });
  return followWrite(fixture.services, record, write, state);
}

const waiting = (difficulty: string, ms: number, write: PendingWrite) => ({
  kind: "ended",
  record: { phase: "Applying", difficulty, nextAt: plusMs(now, ms), write },
});
/** What is left of a write that is over for a reason. */
const over = (reason: string) => [
  { kind: "over", record: { phase: "Decided" } },
  [{ kind: "outcome", phase: "Decided", decisionId: "d-1", reason }],
];
async function leftOf(end: Awaited<ReturnType<typeof followed>>) {
  expect(end).not.toHaveProperty("record.write");
  expect(await fixture.alerts()).toEqual([]);
  return [end, await fixture.entries()];
}

describe("a write that is under way", () => {
  it("is waited for, as long as Azure says, and was seen", async () => {
    fixture.world.operation = { kind: "under-way", retryAfterMs: 2 * minuteMs };
    const { sentAt, operation } = open;
    expect(await followed({ ...open, endedAt: ago(1) })).toMatchObject(
      waiting("Azure is processing the write", 2 * minuteMs, {
        sentAt,
        operation: operation ?? "",
        seenAt: ago(0),
      }),
    );
  });

  it("is tried again if its operation failed, and the failure is in the chain", async () => {
    fixture.world.operation = { kind: "failed", code: "Conflict" };
    const end = await followed();
    const difficulty = "Azure's operation failed (Conflict)";
    expect(end).toMatchObject({ kind: "ended", record: { phase: "Decided", difficulty, attempts: 1 } });
    expect(end).not.toHaveProperty("record.write");
    expect(await fixture.entries()).toMatchObject([{ reason: difficulty }]);
  });
});

describe("a write whose operation succeeded", () => {
  beforeEach(() => {
    fixture.world.operation = { kind: "succeeded" };
  });
  const difficulty = "Azure's operation succeeded, but the connection does not show it yet";

  it.each([
    ["another state", knownRead({ ...shown, state: "Approved" })],
    ["nothing that could be read", unknownRead("failed")],
  ])("is read again where Azure shows %s", async (_, read) => {
    fixture.world.connection = read;
    expect(await followed()).toEqual({ kind: "read-again", read });
  });

  it("is waited for while the connection does not show it, for two minutes", async () => {
    expect(await followed()).toMatchObject(waiting(difficulty, 10_000, { ...open, endedAt: ago(0) }));
  });

  it("that was seen before keeps the time at which it ended", async () => {
    const endedAt = ago(2 * minuteMs - 1);
    expect(await followed({ ...open, endedAt })).toMatchObject(
      waiting(difficulty, 10_000, { ...open, endedAt }),
    );
  });

  it("is over where the connection is still Pending after two minutes", async () => {
    const reason = "Azure's operation succeeded, but the connection is still Pending";
    expect(await leftOf(await followed({ ...open, endedAt: ago(2 * minuteMs) }))).toMatchObject(over(reason));
  });

  it("is over where a connection that was revoked is still Approved after two minutes", async () => {
    fixture.world.connection = knownRead({ ...shown, state: "Approved" });
    const reason = "Azure's operation succeeded, but the connection is still Approved";
    const end = await followed({ ...open, endedAt: ago(2 * minuteMs) }, { action: "revoke" }, "Approved");
    expect(await leftOf(end)).toMatchObject(over(reason));
  });
});

describe("a write of which Azure says nothing", () => {
  beforeEach(() => {
    fixture.world.operation = { kind: "unknown", reason: "failed", retryAfterMs: minuteMs };
  });
  const difficulty = "Azure has not confirmed it yet";
  const lost = "Azure showed no sign of the write, so it counts as lost";
  const { sentAt } = open;

  it("is waited for, as long as Azure says", async () => {
    expect(await followed()).toMatchObject(waiting(difficulty, minuteMs, open));
  });

  it("is waited for where Azure named no operation", async () => {
    expect(await followed({ sentAt })).toMatchObject(waiting(difficulty, 10_000, { sentAt }));
  });

  it.each<[string, PendingWrite]>([
    ["after it was sent", { ...open, sentAt: ago(10 * minuteMs) }],
    ["after it was sent, without an operation", { sentAt: ago(10 * minuteMs) }],
    ["after it was last seen", { ...open, sentAt: ago(30 * minuteMs), seenAt: ago(10 * minuteMs) }],
  ])("counts as lost ten minutes %s", async (_, write) => {
    expect(await leftOf(await followed(write))).toMatchObject(over(lost));
  });

  it("does not count as lost before", async () => {
    const write = { ...open, sentAt: ago(30 * minuteMs), seenAt: ago(10 * minuteMs - 1) };
    expect(await followed(write)).toMatchObject(waiting(difficulty, minuteMs, write));
  });
});
