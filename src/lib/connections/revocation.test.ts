import { describe, expect, it } from "vitest";
import { hold } from "../../../test/connections/evaluations.ts";
import { leastRecord, now } from "../../../test/connections/records.ts";
import { otherId, service, shown } from "../../../test/connections/review-fixture.ts";
import { invalid } from "../../../test/connections/tenant-policies.ts";
import { policyOf } from "../../../test/simulation/loaded-policies.ts";
import { dayMs, hourMs, plusMs } from "../clock.ts";
import { knownRead, unknownRead, type Read } from "../estate/read.ts";
import type { Mode } from "../config/config.ts";
import type { Verdict } from "../policy/evaluate/verdict.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import type { Service } from "./azure-connections.ts";
import { phases, type ConnectionRecord } from "./record/connection-record.ts";
import {
  graceOf,
  isRevocationCheckDue,
  isRevoking,
  revocabilityOf,
  revocableAt,
  revokes,
  type RecordedApproval,
} from "./revocation.ts";

const policyWith = (more: string) =>
  policyOf(
    `name: p
rules: [{ name: ours, if: { field: requester.tenant, equals: ours }, then: { effect: approve } }]
${more}`,
    "enforce",
  );
const revoking = policyWith("revoke: rejected");
const lasting = policyWith("revoke: never");

const ours: RecordedApproval = { phase: "Applied", action: "approve", decisionId: "d-1" };
const approved = { ...shown, state: "Approved" };
const other = { ...approved, id: otherId };
const reject = { ...hold, kind: "reject", reasons: ["it is closed", "for ever"] } as const;
const open: Service = { ...service, publicNetworkAccess: knownRead("Enabled") };

interface Asked {
  readonly policy?: LoadedPolicy;
  readonly verdict?: Verdict;
  readonly state?: string;
  readonly on?: Read<Service>;
  readonly mode?: Mode;
  readonly leaving?: readonly string[];
  readonly record?: RecordedApproval | undefined;
}

/** Asked of an approval by us, which the policy rejects, of a service that stays reachable, unless told otherwise. */
function asked(more: Asked = {}) {
  const { policy, verdict, mode, record, leaving, ...read } = {
    policy: revoking,
    verdict: reject,
    state: "Approved",
    on: knownRead(open),
    mode: "enforce" as const,
    record: ours,
    ...more,
  };
  const snapshot = { connection: { ...shown, state: read.state }, service: read.on };
  return revocabilityOf({ policy, verdict, snapshot }, record, mode, leaving);
}

describe("an approval that the policy rejects", () => {
  it("is revoked for the policy's reasons", () => {
    expect(asked()).toEqual({ kind: "revoke", reason: "it is closed; for ever" });
  });

  it.each<[string, Asked]>([
    ["the policy does not load", { policy: invalid }],
    ["the policy does not revoke", { policy: lasting }],
    ["mode approve-only: nothing is revoked", { mode: "approve-only" }],
    ["it is not Approved", { state: "Pending" }],
    ["the policy does not reject it", { verdict: hold }],
    [
      "a fact that the policy needs is unknown",
      { verdict: { ...reject, unknown: [{ field: "endpoint.name", reason: "forbidden" }] } },
    ],
  ])("is kept where %s", (reason, more) => {
    expect(asked(more)).toEqual({ kind: "keep", reason });
  });

  it("is kept where nobody recorded a decision", () => {
    const reason = "no decision about it is recorded";
    expect(asked({ record: undefined })).toEqual({ kind: "keep", reason });
  });

  it.each<[string, RecordedApproval]>([
    ["a person approved it", { phase: "Overridden" }],
    ["it was Approved before Drawbridge saw its service", { phase: "Adopted" }],
    ["its phase is Applied", { phase: "Applied", action: "reject" }],
    ["its phase is Held", { phase: "Held", action: "approve" }],
    [
      "a person approved it",
      { ...ours, revocation: { noticedAt: "", dueAt: "", before: { phase: "Overridden" } } },
    ],
  ])("is kept where its record says that %s", (reason, record) => {
    expect(asked({ record })).toEqual({ kind: "keep", reason });
  });

  it.each<[string, RecordedApproval]>([
    ["was approved behind the policy's back", { phase: "Adopted", decisionId: "d-1" }],
    [
      "is being revoked, and was ours before",
      { phase: "Decided", action: "revoke", revocation: { noticedAt: "", dueAt: "", before: ours } },
    ],
  ])("is revoked if it %s", (_, record) => {
    expect(asked({ record })).toMatchObject({ kind: "revoke" });
  });
});

describe("the last approved connection of a service", () => {
  const closed = (...connections: Service["readable"]) =>
    knownRead({ ...service, connections: knownRead(connections) });
  const last = "it is the last approved connection of a service whose public network access is not on";

  it.each<[string, Asked, string]>([
    ["it is alone", { on: closed(approved) }, last],
    ["another one is only Pending", { on: closed(approved, { ...other, state: "Pending" }) }, last],
    ["another one is being revoked", { on: closed(approved, other), leaving: [otherId.text] }, last],
    [
      "public access is unknown",
      { on: knownRead({ ...service, publicNetworkAccess: unknownRead("not-in-answer") }) },
      last,
    ],
    [
      "others are unknown",
      { on: knownRead({ ...service, connections: unknownRead("incomplete-list") }) },
      "the service's other connections could not be read",
    ],
    [
      "its service is unknown",
      { on: unknownRead("forbidden") },
      "its service could not be read, so it may be the last approved connection",
    ],
  ])("is kept where %s", (_, more, guard) => {
    expect(asked(more)).toEqual({ kind: "blocked", reason: `it is closed; for ever; ${guard}` });
  });

  it.each<[string, Asked]>([
    ["another one is Approved", { on: closed(approved, other) }],
    [
      "public access is on, even if others are unknown",
      { on: knownRead({ ...open, connections: unknownRead("incomplete-list") }) },
    ],
    [
      "another one stays, and it is itself being revoked",
      { on: closed(approved, other), leaving: [shown.id.text] },
    ],
  ])("is revoked where %s", (_, more) => {
    expect(asked(more)).toMatchObject({ kind: "revoke" });
  });
});

describe("the grace between the notice and a revocation", () => {
  it.each([
    ["is what the policy says", policyWith("revoke: rejected\nrevokeAfter: PT2H"), 2 * hourMs],
    ["is a week where the policy does not say", revoking, 7 * dayMs],
    ["is a week where the policy does not load", invalid, 7 * dayMs],
  ])("%s", (_, policy, ms) => {
    expect(graceOf(policy)).toBe(ms);
  });

  it.each([
    ["lasts as long as the notice said, if the policy's is shorter now", hourMs, 2 * hourMs],
    ["is as long as the policy's, if the notice's was shorter", 3 * hourMs, 3 * hourMs],
  ])("%s", (_, grace, afterMs) => {
    const notice = { noticedAt: plusMs(now, 0), dueAt: plusMs(now, 2 * hourMs), before: ours };
    expect(revocableAt(notice, grace)).toBe(plusMs(now, afterMs));
  });
});

it("only a policy that loads and revokes does so, and only in mode enforce", () => {
  expect(revokes(revoking, "enforce")).toBe(true);
  expect(revokes(lasting, "enforce")).toBe(false);
  expect(revokes(revoking, "approve-only")).toBe(false);
  expect(revokes(invalid, "enforce")).toBe(false);
});

it("a revocation is under way from its decision until it is applied", () => {
  const under = (action: "revoke" | "approve") => phases.filter((phase) => isRevoking({ action, phase }));
  expect(under("revoke")).toEqual(["Decided", "Applying", "Failed"]);
  expect(under("approve")).toEqual([]);
});

describe("an approval is judged", () => {
  const ago = (ms: number) => ({ at: plusMs(now, -ms), decider: "j-1" });
  const applied: ConnectionRecord = { ...leastRecord("Applied"), action: "approve", judged: ago(hourMs) };
  const noticed = (dueMs: number): ConnectionRecord => ({
    ...applied,
    revocation: { noticedAt: plusMs(now, -dayMs), dueAt: plusMs(now, dueMs), before: ours },
  });
  const { judged: _, ...never } = applied;

  it.each([
    ["if it never was", never],
    ["if it was by another policy", { ...applied, judged: { ...ago(hourMs), decider: "j-0" } }],
    ["if that was 18 hours ago", { ...applied, judged: ago(18 * hourMs) }],
    ["once its notice is over", noticed(0)],
  ])("%s", (_title, record) => {
    expect(isRevocationCheckDue(record, "j-1", now)).toBe(true);
  });

  it.each<[string, ConnectionRecord, string | undefined]>([
    ["if it was by this policy, less than 18 hours ago", { ...applied, judged: ago(18 * hourMs - 1) }, "j-1"],
    ["before its notice is over", noticed(1), "j-1"],
    ["while the policy cannot be read", never, undefined],
    ["if it stays whatever the policy says", { ...never, phase: "Overridden" }, "j-1"],
  ])("not %s", (_title, record, decider) => {
    expect(isRevocationCheckDue(record, decider, now)).toBe(false);
  });
});
