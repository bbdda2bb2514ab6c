import { describe, expect, it } from "vitest";
import { changed, fullRecord, id, leastRecord } from "../../../../test/connections/records.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import { earlierResult, printReason, resultOf, unchangedResult } from "./result.ts";

const verdict = {
  kind: "approve",
  rule: "the rule",
  reasons: ["it fits"],
  unknown: [{ field: "endpoint.name", reason: "forbidden" }],
} as unknown as Verdict;

it("a connection that was left as it is has a reason, and nothing else", () => {
  expect(unchangedResult(id, "it is not governed")).toStrictEqual({
    connection: id.text,
    reasons: [],
    unknown: [],
    applied: false,
    reason: "it is not governed",
  });
});

it("an earlier answer is what the record says, and whose review covered the request", () => {
  const reason = "a review that began after this request was made covered it";
  expect(earlierResult(fullRecord("Held"))).toStrictEqual({
    connection: id.text,
    state: "Pending",
    phase: "Held",
    verdict: "hold",
    rule: "the rule before",
    reasons: [],
    unknown: [],
    person: "approve",
    decidedBy: "somebody",
    applied: false,
    reason,
    decisionId: "d-0",
  });
  expect(earlierResult(leastRecord("Seen"))).toStrictEqual({
    connection: id.text,
    phase: "Seen",
    reasons: [],
    unknown: [],
    applied: false,
    reason,
  });
});

it.each([
  ["an approval of the policy", { phase: "Applied", state: "Approved", verdict: "approve" }],
  ["a rejection of the policy", { phase: "Applied", state: "Rejected", verdict: "reject" }],
  ["a person's approval", { phase: "Applied", state: "Approved", verdict: "hold", person: "approve" }],
  ["a revocation", { phase: "Revoked", state: "Rejected", verdict: "reject" }],
  [
    "a revocation of a person's approval",
    { phase: "Revoked", state: "Rejected", verdict: "reject", person: "approve" },
  ],
] as const)("the log says of %s that it is as Drawbridge decided", (_, of) => {
  expect(printReason({ ...unchangedResult(id, "not pending"), ...of })).toBe(
    `nothing to apply: it is ${of.state}, as Drawbridge decided`,
  );
});

it.each([
  ["an approval that the policy holds by now", { phase: "Applied", state: "Approved", verdict: "hold" }],
  ["another state than was decided", { phase: "Applied", state: "Rejected", verdict: "approve" }],
  ["another state than that of a revocation", { phase: "Revoked", state: "Disconnected", verdict: "reject" }],
  ["what others decided", { phase: "Adopted", state: "Approved", verdict: "approve" }],
  ["what has no verdict", { phase: "Adopted", state: "Disconnected" }],
] as const)("the log says of %s how it is on Azure, and not whose doing that is", (_, of) => {
  expect(printReason({ ...unchangedResult(id, "not pending"), ...of })).toBe(
    `nothing to apply: it is ${of.state} on Azure, and not Pending`,
  );
});

it("the log has every other reason as it is", () => {
  expect(printReason({ ...unchangedResult(id, "it was busy"), state: "Pending" })).toBe("it was busy");
  expect(printReason(unchangedResult(id, "not pending"))).toBe("not pending");
  const { reason: _, ...applied } = { ...unchangedResult(id, ""), applied: true };
  expect(printReason(applied)).toBeUndefined();
});

describe("the result of an attempt", () => {
  it("has the verdict, the decision and the refusal of the attempt before those of the record", () => {
    const end = {
      kind: "ended",
      record: fullRecord("Held"),
      verdict,
      decisionId: "d-9",
      refusal: "no",
    } as const;
    expect(resultOf(fullRecord("Held"), end)).toStrictEqual({
      connection: id.text,
      state: "Pending",
      phase: "Held",
      verdict: "approve",
      rule: "the rule",
      reasons: ["it fits"],
      unknown: verdict.unknown,
      person: "approve",
      decidedBy: "somebody",
      applied: false,
      refusal: "no",
      reason: "it was busy",
      decisionId: "d-9",
    });
  });

  it("has no rule of the record beside a verdict without one", () => {
    const { rule: _, ...rest } = verdict;
    expect(
      resultOf(fullRecord("Held"), { kind: "ended", record: fullRecord("Held"), verdict: rest }),
    ).not.toHaveProperty("rule");
  });

  const applied = { ...leastRecord("Applied"), decisionId: "d-1", state: "Approved" };
  it.each([
    ["is applied if it became so", leastRecord("Decided"), applied, true],
    ["is applied if another decision is", { ...applied, decisionId: "d-0" }, applied, true],
    ["is not applied once more if nothing changed", applied, applied, false],
    ["is not applied in another phase", leastRecord("Decided"), leastRecord("Held"), false],
  ])("%s", (_, claimed, record, isApplied) => {
    expect(resultOf(claimed, { kind: "ended", record }).applied).toBe(isApplied);
  });

  it("that was applied has no reason why not", () => {
    expect(resultOf(leastRecord("Decided"), { kind: "ended", record: applied })).not.toHaveProperty("reason");
  });

  const held = fullRecord("Held");
  it.each([
    ["that it is gone", fullRecord("Gone"), "there is no such connection any more"],
    ["its difficulty", held, "it was busy"],
    ["else the reason of its phase", changed(held, ["difficulty"]), "no rule applies"],
    ["else its phase", changed(held, ["difficulty", "reason"]), "Held"],
    ["that it is not pending", { ...held, state: "Rejected" }, "not pending"],
  ])("says why nothing was applied: %s", (_, record, reason) => {
    expect(resultOf(held, { kind: "ended", record }).reason).toBe(reason);
  });
});
