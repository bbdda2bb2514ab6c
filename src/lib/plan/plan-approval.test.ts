import { describe, expect, it } from "vitest";
import { parseConnectionId, type ConnectionId } from "../azure/resource-id.ts";
import type { Evaluation } from "../connections/review/evaluate.ts";
import type { RecordedApproval } from "../connections/revocation.ts";
import { connectionCatalogue } from "../policy/language/fields.ts";
import { load } from "../policy/load.ts";
import { approvalsOnAzure, isJudged, planApproval } from "./plan-approval.ts";

const now = new Date("2026-11-24T12:00:00Z");
const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const idOf = (name: string) =>
  parseConnectionId(`${service}/privateEndpointConnections/${name}`) as ConnectionId;
const id = idOf("pe");
const approved: RecordedApproval = { phase: "Applied", action: "approve", decisionId: "a-1" };
const before = { phase: "Applied", action: "approve" } as const;

function policyWith(more = "") {
  const text = `name: p\nrules:\n  - { name: r, if: { field: service.name, equals: x }, then: { effect: reject } }\n${more}`;
  const loaded = load([{ file: "policy.yaml", text }], connectionCatalogue, {});
  if (loaded.kind === "invalid") throw new Error("the policy of the test does not load");
  return { kind: "valid", compiled: loaded.compiled } as Evaluation["policy"];
}

const revoking = policyWith("revoke: rejected\nrevokeAfter: P2D\n");
const connection = (each: ConnectionId) => ({ id: each, state: "Approved" });

/** What becomes of an approval under a verdict, on a service with public access unless it says otherwise. */
function planned(
  verdict: "approve" | "reject" | "hold",
  approval: RecordedApproval | undefined,
  {
    policy = revoking,
    access = "Enabled",
    others = [] as readonly string[],
    recorded = [] as readonly (readonly [string, RecordedApproval])[],
  } = {},
) {
  const list = [id, ...others.map(idOf)].map(connection);
  const evaluation = {
    policy,
    verdict: { kind: verdict, rule: "r", reasons: ["why"], unknown: [], alerts: [] },
    snapshot: {
      connection: connection(id),
      service: {
        kind: "known",
        value: {
          publicNetworkAccess: { kind: "known", value: access },
          connections: { kind: "known", value: list },
        },
      },
    },
  } as unknown as Evaluation;
  const known = new Map([...(approval === undefined ? [] : [[id.text, approval] as const]), ...recorded]);
  return planApproval(evaluation, known, now);
}

const noticed = (revocation: object): RecordedApproval => ({
  ...approved,
  revocation: {
    noticedAt: "2026-11-23T00:00:00.000Z",
    dueAt: "2026-11-25T00:00:00.000Z",
    before,
    ...revocation,
  },
});

describe("an approval that the policy rejects", () => {
  it.each([
    [
      "is announced first",
      approved,
      "it is announced first (RevocationDue), and revoked 2 days later unless that changes",
    ],
    [
      "waits for the grace of its notice",
      noticed({}),
      "it was announced at 2026-11-23T00:00:00.000Z, and is revoked after 2026-11-25T00:00:00.000Z unless that changes",
    ],
    [
      "waits for the policy's grace, where that is longer",
      noticed({ dueAt: "2026-11-24T00:00:00.000Z" }),
      "it was announced at 2026-11-23T00:00:00.000Z, and is revoked after 2026-11-25T00:00:00.000Z unless that changes",
    ],
    [
      "is revoked once the grace is over",
      noticed({ noticedAt: "2026-11-20T00:00:00.000Z", dueAt: "2026-11-22T00:00:00.000Z" }),
      "it was announced at 2026-11-20T00:00:00.000Z, and is revoked now",
    ],
  ])("%s", (_, approval, time) => {
    expect(planned("reject", approval)).toEqual({ action: "revoke", reasons: ["why", time] });
  });

  it.each<[string, RecordedApproval | undefined, Parameters<typeof planned>[2], string]>([
    ["a person approved it", { phase: "Overridden" }, {}, "a person approved it"],
    ["it was Approved before", { phase: "Adopted" }, {}, "it was Approved before Drawbridge saw its service"],
    ["nothing is recorded about it", undefined, {}, "no decision about it is recorded"],
    [
      "it is the last of a service without public access",
      approved,
      { access: "Disabled" },
      "why; it is the last approved connection of a service whose public network access is not on",
    ],
    [
      "the others are being revoked",
      approved,
      { access: "Disabled", others: ["pe-2"], recorded: [[idOf("pe-2").text, { phase: "Revoked" }]] },
      "why; it is the last approved connection of a service whose public network access is not on",
    ],
  ])("is kept where %s", (_, approval, world, why) => {
    const found = planned("reject", approval, world);
    expect(found?.action).toBe("keep");
    expect(found?.reasons.join("; ")).toContain(why);
  });

  it("is left as it is where the policy does not revoke, and where it approves or holds", () => {
    expect(planned("reject", approved, { policy: policyWith() })).toBeUndefined();
    for (const verdict of ["approve", "hold"] as const) expect(planned(verdict, approved)).toBeUndefined();
  });
});

describe("an approval that ends", () => {
  const term = (until: string, more = {}): RecordedApproval => ({
    ...approved,
    term: { until, nextAt: "2026-11-24T11:00:00.000Z", ...more },
  });

  it("asks to be recertified from its notice on, and says what the policy does at the end", () => {
    const ending = term("2026-12-01T00:00:00.000Z");
    expect(planned("approve", ending)).toEqual({
      action: "recertify",
      reasons: ["its approval ends at 2026-12-01T00:00:00.000Z", "the policy renews it", "why"],
    });
    const over = term("2026-11-20T00:00:00.000Z", { lapsedAt: "2026-11-20T00:01:00.000Z" });
    expect(planned("hold", over, { policy: policyWith() })?.reasons.slice(0, 2)).toEqual([
      "its approval ended at 2026-11-20T00:00:00.000Z",
      "nothing renews it (the verdict is hold): it stays Approved, with an alert (RecertificationDue)",
    ]);
    expect(planned("reject", over)?.action).toBe("revoke");
  });

  it("is not part of a plan before its notice", () => {
    const early = term("2027-12-01T00:00:00.000Z", { nextAt: "2027-11-20T00:00:00.000Z" });
    expect(planned("approve", early)).toBeUndefined();
    expect(isJudged(policyWith(), early, now)).toBe(false);
    expect(isJudged(policyWith(), term("2026-12-01T00:00:00.000Z"), now)).toBe(true);
  });
});

it("Azure shows which approvals are Drawbridge's: their descriptions name the decision", () => {
  const readable = [
    { ...connection(id), description: "drawbridge a-7: rule" },
    { ...connection(idOf("pe-2")), description: "by hand" },
    { ...connection(idOf("pe-3")), state: "Pending", description: "drawbridge a-8: forged" },
  ];
  expect([...approvalsOnAzure({ readable } as never)]).toEqual([
    [id.text, { phase: "Applied", action: "approve", decisionId: "a-7" }],
  ]);
});
