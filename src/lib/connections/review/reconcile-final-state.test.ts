import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf } from "../../../../test/connections/evaluations.ts";
import { earlier, id, later, now } from "../../../../test/connections/records.ts";
import {
  endpointId,
  reviewFixture,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { rejecting } from "../../../../test/connections/tenant-policies.ts";
import { plusMs } from "../../clock.ts";
import type { Connection } from "../azure-connections.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { reconcileFinalState } from "./reconcile-final-state.ts";

const ours = "drawbridge d-1: it fits";
const decided = { action: "approve", decisionId: "d-1", verdict: "approve", reason: "it fits" } as const;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture({ policy: () => Promise.resolve(rejecting) });
});

/** Reconciles a record with an Approved connection, whose state was seen before. */
async function reconciled(
  record: Partial<ConnectionRecord>,
  connection: Partial<Connection> = {},
  before: string | undefined = "Approved",
) {
  const stored = await fixture.stored({ endpointId, lease: { owner: "ours", until: later }, ...record });
  const current = { ...shown, state: "Approved", description: ours, ...connection };
  const after = await reconcileFinalState(attemptOf(fixture.services), stored, current, before);
  expect(await fixture.services.ledger.find(id)).toEqual(after);
  expect(after).not.toHaveProperty("lease");
  expect(fixture.world.puts).toEqual([]);
  return after;
}
const bypass = [
  expect.stringContaining("Drawbridge.ConnectionBypass: it became Approved without Drawbridge"),
];
async function expectSilence() {
  expect(await fixture.entries()).toEqual([]);
  expect(await fixture.alerts()).toEqual([]);
}

describe("a connection that was not reviewed before", () => {
  it("is audited if it is Approved", async () => {
    expect(await reconciled({ phase: "Seen" }, {}, undefined)).toMatchObject({ phase: "Adopted" });
    expect(await fixture.alerts()).toEqual(bypass);
  });

  it("lets nobody in if it is Rejected", async () => {
    const reason = "it became Rejected without Drawbridge";
    expect(await reconciled({ phase: "Seen" }, { state: "Rejected" })).toMatchObject({
      phase: "Adopted",
      reason,
    });
    await expectSilence();
  });
});

describe("a connection that was to be decided by us", () => {
  const write = { sentAt: earlier };

  it("is applied if it shows our write", async () => {
    const record = await reconciled({ ...decided, phase: "Applying", write });
    expect(record).toMatchObject({ phase: "Applied", state: "Approved" });
  });

  it.each(["Applying", "Decided", "Held", "Failed"] as const)(
    "is somebody else's in the phase %s if it shows another write",
    async (phase) => {
      const record = await reconciled({ ...decided, phase, write }, { description: "mine" });
      expect(record).toMatchObject({ phase: "Overridden", state: "Approved" });
      expect(await fixture.alerts()).toEqual([expect.stringContaining("Drawbridge.ConnectionOverridden")]);
    },
  );
});

describe("a connection that we decided", () => {
  const applied = { ...decided, phase: "Applied", state: "Approved" } as const;

  it.each(["Approved", "Rejected"])("is left alone while it is %s as we left it", async (state) => {
    const action = state === "Approved" ? "approve" : "reject";
    const record = await reconciled({ ...applied, action, state }, { state });
    expect(record).toMatchObject({ phase: "Applied", decisionId: "d-1", state });
    await expectSilence();
  });

  it("has the next step of its term", async () => {
    const term = { until: later, nextAt: earlier };
    expect((await reconciled({ ...applied, term })).term).toHaveProperty("noticedAt");
  });

  it("is somebody else's if its state is another", async () => {
    const record = await reconciled(applied, { state: "Rejected" });
    expect(record).toMatchObject({ phase: "Overridden", state: "Rejected" });
  });

  it("is audited if another write approved it", async () => {
    expect(await reconciled(applied, { description: "mine" })).toMatchObject({ phase: "Adopted" });
    expect(await fixture.alerts()).toEqual(bypass);
  });

  it("is read again before it is audited if it does not say who wrote it", async () => {
    const record = await reconciled(applied, { description: "" });
    const difficulty = "its description does not name Drawbridge's decision; it is read again";
    expect(record).toMatchObject({ phase: "Applied", attempts: 1, difficulty, nextAt: plusMs(now, 30_000) });
    await expectSilence();
  });

  it("is audited if it does not say again who wrote it", async () => {
    expect(await reconciled({ ...applied, attempts: 1 }, { description: "" })).toMatchObject({
      phase: "Adopted",
    });
    expect(await fixture.alerts()).toEqual(bypass);
  });
});

describe.each(["Gone", "Adopted", "Overridden", "Revoked"] as const)(
  "a connection in the phase %s",
  (phase) => {
    it("is left alone while its state is the same", async () => {
      expect(await reconciled({ phase, attempts: 2, nextAt: earlier })).toMatchObject({ phase, attempts: 0 });
      await expectSilence();
    });

    it("is audited if it became Approved", async () => {
      expect(await reconciled({ phase }, {}, "Rejected")).toMatchObject({ phase: "Adopted" });
      expect(await fixture.alerts()).toEqual(bypass);
    });

    it("is left without an alert if it became Rejected", async () => {
      const reason = "it became Rejected without Drawbridge";
      expect(await reconciled({ phase }, { state: "Rejected" })).toMatchObject({ phase: "Adopted", reason });
      await expectSilence();
    });
  },
);
