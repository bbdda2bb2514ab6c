import { beforeEach, describe, expect, it } from "vitest";
import { hold } from "../../../../test/connections/evaluations.ts";
import {
  approve,
  found,
  locked,
  recordingFixture,
  reject,
  updating,
} from "../../../../test/connections/recording-fixture.ts";
import { fullRecord, id, now } from "../../../../test/connections/records.ts";
import { otherId, service } from "../../../../test/connections/review-fixture.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { RecordChanged } from "../ledger.ts";
import type { Evaluation } from "./evaluate.ts";
import { recordDecision } from "./record-decision.ts";

const { person: approval } = fullRecord("Held");

let fixture: ReturnType<typeof recordingFixture>;
beforeEach(() => {
  fixture = recordingFixture();
});

describe("a decision that is applied now", () => {
  it.each<[string, Partial<Evaluation>, object]>([
    ["an approval", {}, { action: "approve", verdict: "approve" }],
    ["a rejection", { verdict: reject }, { action: "reject", verdict: "reject" }],
    ["a revocation", { verdict: reject, revokes: true }, { action: "revoke", verdict: "reject" }],
    ["a person's", { verdict: hold, person: approval }, { action: "approve", person: approval }],
  ])("is recorded first, under the service's write lock: %s", async (_, more, expected) => {
    const result = await fixture.recorded({ evaluation: more });
    expect(result).toMatchObject({
      kind: "decided",
      evaluation: more,
      record: { phase: "Decided", ...expected },
    });
    expect(await fixture.lock()).toMatchObject({ connection: id.text });
    expect(await fixture.entries()).toMatchObject([{ kind: "decision", id: result.record.decisionId }]);
  });

  it.each<[string, Partial<Evaluation>, boolean, boolean]>([
    ["an approval takes one of the hour's", {}, false, true],
    ["a rejection takes no permit", { verdict: reject }, true, true],
    ["a revocation takes one of the run's", { verdict: reject, revokes: true }, true, false],
  ])("%s", async (_, more, approvalLeft, revocationLeft) => {
    await fixture.recorded({ evaluation: more });
    expect([await fixture.takesApproval(), await fixture.takesRevocation()]).toEqual([
      approvalLeft,
      revocationLeft,
    ]);
  });

  it.each([
    ["approve", "acquireApproval"],
    ["revoke", "acquireRevocation"],
  ] as const)(
    "releases the permit that the attempt acquired before, to %s, if it rejects",
    async (_, acquire) => {
      const attempt = fixture.attemptOn(id);
      await attempt.permit[acquire]();
      await fixture.recorded({ evaluation: { verdict: reject } }, attempt);
      expect([await fixture.takesApproval(), await fixture.takesRevocation()]).toEqual([true, true]);
    },
  );

  it("is applied as a rejection though the hour's approvals are used up", async () => {
    await fixture.takeApproval();
    expect(await fixture.recorded({ evaluation: { verdict: reject } })).toMatchObject({ kind: "decided" });
  });

  it("is to be decided again where another approval was recorded meanwhile", async () => {
    const { ledger } = fixture.services;
    const attempt = fixture.attemptOn(otherId);
    const other = await fixture.stored({ phase: "Seen", id: otherId });
    const evaluated = {
      kind: "evaluated",
      record: other,
      evaluation: found(),
      writeLock: undefined,
    } as const;
    const { record } = await recordDecision(attempt, evaluated);
    await ledger.saveWithWriteLock(record, undefined);
    await attempt.permit.release();
    expect(await fixture.recorded()).toMatchObject({ kind: "conflict", record: { phase: "Seen" } });
  });

  it("is not recorded where another attempt claimed the connection", async () => {
    const stored = await fixture.stored({ phase: "Seen", state: "Pending" });
    await fixture.services.ledger.save(stored);
    const evaluated = { kind: "evaluated", record: stored, writeLock: undefined } as const;
    const held = { ...evaluated, evaluation: found({ evaluation: { verdict: hold } }) };
    await expect(recordDecision(fixture.attemptOn(id), held)).rejects.toThrow(RecordChanged);
    expect(await fixture.entries()).toEqual([]);
  });
});

describe("a hold", () => {
  it("is recorded, and ends the attempt", async () => {
    await fixture.takeApproval();
    const { record, verdict } = await fixture.end({ evaluation: { verdict: hold } });
    expect(verdict).toEqual(hold);
    expect(record).toMatchObject({ phase: "Held", action: "none", reason: "nobody knows it" });
    expect(record).not.toHaveProperty("restrained");
    expect(await fixture.entries()).toHaveLength(1);
  });

  it("is not recorded again, and needs no write lock and no permit", async () => {
    const saveWithWriteLock = () => Promise.reject(new Error("the service's head is not needed"));
    Object.assign(fixture.services.ledger, { saveWithWriteLock });
    const before = {
      phase: "Held",
      decisionId: "d-0",
      verdict: "hold",
      action: "none",
      fingerprint: "f-1",
    } as const;
    await fixture.end({ record: before, evaluation: { verdict: hold } });
    expect(await fixture.lock()).toBeUndefined();
    expect(await fixture.entries()).toEqual([]);
    expect(await fixture.takesApproval()).toBe(true);
  });
});

describe("a decision that is applied later", () => {
  it.each<[string, Partial<Evaluation>]>([
    ["approve", {}],
    ["revoke", { verdict: reject, revokes: true }],
  ])(
    "waits in line while another connection of its service is written, without a permit: to %s",
    async (action, more) => {
      await fixture.writeOther();
      const { record, verdict } = await fixture.end({ evaluation: more });
      expect(verdict).toEqual(more.verdict ?? approve);
      expect(record).toMatchObject({ phase: "Decided", action, queuedAt: now.toISOString() });
      expect(await fixture.lock()).toEqual(locked);
      expect([await fixture.takesApproval(), await fixture.takesRevocation()]).toEqual([true, true]);
    },
  );

  it.each([
    ["Updating", updating],
    ["Activating", knownRead({ ...service, provisioningState: knownRead("Activating") })],
    ["Terminating", knownRead({ ...service, provisioningState: knownRead("Terminating") })],
    ["in an unknown state", knownRead({ ...service, provisioningState: unknownRead("not-in-answer") })],
    ["unreadable", unknownRead("forbidden")],
  ] as const)("waits for Azure with the write lock while its service is %s", async (_, read) => {
    const { record, verdict } = await fixture.end({ service: read });
    expect(verdict).toEqual(approve);
    expect(record).toMatchObject({ phase: "Decided", difficulty: "Azure is updating the service" });
    expect(record).not.toHaveProperty("queuedAt");
    expect(await fixture.lock()).toMatchObject({ connection: id.text });
    expect(await fixture.takesApproval()).toBe(true);
  });

  it("is applied to a service whose last change failed", async () => {
    const failed = knownRead({ ...service, provisioningState: knownRead("Failed") });
    expect(await fixture.recorded({ service: failed })).toMatchObject({ kind: "decided" });
  });

  it("waits, as a revocation, for the next run's budget, and is not recorded", async () => {
    await fixture.takeRevocation();
    const { record, verdict } = await fixture.end({
      record: { phase: "Applied" },
      evaluation: { verdict: reject, revokes: true },
    });
    expect(verdict).toEqual(reject);
    expect(record).toMatchObject({
      phase: "Applied",
      waitsForPermit: "revocations",
      nextAt: plusMs(now, 5 * minuteMs),
      attempts: 0,
    });
    expect(await fixture.lock()).toBeUndefined();
    expect(await fixture.entries()).toEqual([]);
  });
});
