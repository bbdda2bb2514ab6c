import { beforeEach, expect, it } from "vitest";
import { minuteMs } from "../../clock.ts";
import { rowsAppState } from "../../state/app-state.ts";
import { memoryRows } from "../../state/memory-rows.ts";
import { breakers } from "../breakers/breakers.ts";
import { writePermit } from "./write-permit.ts";

const start = Date.parse("2026-11-24T12:00:00Z");
let sinceStartMs = 0;
const clock = { now: () => new Date(start + sinceStartMs) };
beforeEach(() => {
  sinceStartMs = 0;
});

function permitsWith(rateLimits: { readonly approvalsPerHour: number; readonly revocationsPerRun: number }) {
  const shared = breakers(
    rowsAppState(memoryRows(), () => []),
    { requestsPerHour: 1, ...rateLimits },
    clock,
  );
  return () => writePermit(shared, clock);
}

it("an attempt acquires one permit, however often it evaluates", async () => {
  const permits = permitsWith({ approvalsPerHour: 1, revocationsPerRun: 1 });
  const [permit, another] = [permits(), permits()];
  expect(await permit.acquireApproval()).toBeUndefined();
  expect(await permit.acquireApproval()).toBeUndefined();
  expect(await another.acquireApproval()).toMatchObject({ kind: "open", name: "approvals" });
});

it("a permit for an approval is none for a revocation, nor the other way round, and is released", async () => {
  const permits = permitsWith({ approvalsPerHour: 1, revocationsPerRun: 0 });
  const [permit, another] = [permits(), permits()];
  expect(await permit.acquireApproval()).toBeUndefined();
  expect(await permit.acquireRevocation()).toMatchObject({ kind: "exhausted" });
  expect(await another.acquireApproval()).toBeUndefined();
  const others = permitsWith({ approvalsPerHour: 0, revocationsPerRun: 1 });
  const [first, second] = [others(), others()];
  expect(await first.acquireRevocation()).toBeUndefined();
  expect(await first.acquireApproval()).toMatchObject({ kind: "open" });
  expect(await second.acquireRevocation()).toBeUndefined();
});

it("no breaker stands against an attempt that has the last permit, and the breaker is open to another", async () => {
  const permits = permitsWith({ approvalsPerHour: 1, revocationsPerRun: 0 });
  const [permit, another] = [permits(), permits()];
  expect(await another.findBreaker()).toBeUndefined();
  await permit.acquireApproval();
  expect(await permit.findBreaker()).toBeUndefined();
  expect(await another.findBreaker()).toMatchObject({ kind: "open", name: "approvals" });
});

it("a permit that was used is not released, unless Azure changed nothing after all", async () => {
  const permits = permitsWith({ approvalsPerHour: 1, revocationsPerRun: 0 });
  const permit = permits();
  await permit.acquireApproval();
  permit.markUsed();
  await permit.release();
  expect(await permits().acquireApproval()).toMatchObject({ kind: "open" });
  permit.markUnused();
  await permit.release();
  expect(await permits().acquireApproval()).toBeUndefined();
});

it.each(["acquireApproval", "acquireRevocation"] as const)(
  "a permit of %s expires a minute after it, even if the attempt evaluates again meanwhile",
  async (acquire) => {
    const permit = permitsWith({ approvalsPerHour: 1, revocationsPerRun: 1 })();
    expect(permit.isExpired()).toBe(false);
    await permit[acquire]();
    sinceStartMs = 40_000;
    await permit[acquire]();
    expect(permit.isExpired()).toBe(false);
    sinceStartMs = minuteMs;
    expect(permit.isExpired()).toBe(true);
    await permit.release();
    expect(permit.isExpired()).toBe(false);
  },
);
