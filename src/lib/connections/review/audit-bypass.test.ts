import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf } from "../../../../test/connections/evaluations.ts";
import { id, later, now } from "../../../../test/connections/records.ts";
import {
  endpointId,
  reviewFixture,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import {
  approving,
  holding,
  invalid,
  rejecting,
  tenantPolicy,
} from "../../../../test/connections/tenant-policies.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import { unknownRead } from "../../estate/read.ts";
import type { LoadedPolicy } from "../../policy/loaded-policy.ts";
import { auditBypass } from "./audit-bypass.ts";

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

const seen = {
  phase: "Seen",
  state: "Approved",
  endpointId,
  lease: { owner: "ours", until: later },
} as const;

/** Audits a connection that became Approved without Drawbridge, after some attempts. */
async function audited(policy: LoadedPolicy, attempts = 0) {
  const stored = await fixture.stored({ ...seen, attempts });
  const services = { ...fixture.services, policy: () => Promise.resolve(policy) };
  const record = await auditBypass(attemptOf(services), stored, { ...shown, state: "Approved" });
  expect(await fixture.services.ledger.find(id)).toEqual(record);
  expect(record).not.toHaveProperty("lease");
  expect(fixture.world.puts).toEqual([]);
  return record;
}

describe("a connection that became Approved without us", () => {
  it("is left without an alert where the policy approves it", async () => {
    const record = await audited(approving);
    const reason =
      'it became Approved without Drawbridge; the policy\'s verdict is approve (rule "all" approves it for 30 days)';
    expect(record).toMatchObject({ phase: "Adopted", state: "Approved", action: "none", reason });
    expect(await fixture.entries()).toMatchObject([
      { kind: "decision", id: record.decisionId, action: "none", verdict: { kind: "approve" } },
    ]);
    expect(await fixture.alerts()).toEqual([]);
  });

  it.each([
    ["holds it", holding, 'hold (rule "some" holds it for a person: ask)'],
    ["rejects it", rejecting, 'reject (rule "some" rejects it: closed)'],
    ["does not load", invalid, "hold (the policy does not load, so everything is held)"],
  ])("is left with an alert where the policy %s", async (_, policy, verdict) => {
    const reason = `it became Approved without Drawbridge; the policy's verdict is ${verdict}`;
    expect(await audited(policy)).toMatchObject({ phase: "Adopted", action: "none", reason });
    expect(await fixture.entries()).toMatchObject([{ kind: "decision", action: "none" }]);
    expect(await fixture.alerts()).toEqual([`Drawbridge.ConnectionBypass: ${reason}`]);
  });

  it("has the alerts of the policy's rules too", async () => {
    await audited(tenantPolicy("effect: alert, reason: look"));
    expect(await fixture.alerts()).toEqual([expect.stringMatching(/^Drawbridge.RuleAlert: .*look/)]);
  });

  it("is audited soon if a fact could not be read for the moment", async () => {
    fixture.world.endpoint = unknownRead("throttled");
    const record = await audited(approving, 4);
    expect(record).toMatchObject({ phase: "Seen", attempts: 5, nextAt: plusMs(now, 8 * minuteMs) });
    expect(record.difficulty).toContain("throttled");
    expect(await fixture.entries()).toEqual([]);
  });

  it("is left with an alert if that fact could not be read five times", async () => {
    fixture.world.endpoint = unknownRead("throttled");
    expect(await audited(approving, 5)).toMatchObject({ phase: "Adopted" });
    expect(await fixture.alerts()).toEqual([expect.stringContaining("Drawbridge.ConnectionBypass")]);
  });
});
