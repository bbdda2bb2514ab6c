import { describe, expect, it } from "vitest";
import { changed, fullRecord, id, leastRecord } from "../../../../test/connections/records.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import { earlierResult, resultOf, unchangedResult } from "./result.ts";

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
