import { expect, it } from "vitest";
import { decisionIn, decisionReason, descriptionOf, stateBefore, targetOf } from "./description.ts";

it.each([
  ["a word", "landing zones", "drawbridge d-1: landing zones"],
  ["characters that are not ASCII", "für\u202ealle\n✓", "drawbridge d-1: f r alle "],
  ["what colours a terminal", "\u001b[31mred\u001b[0m", "drawbridge d-1: red"],
  ["exactly what fits", "x".repeat(124), `drawbridge d-1: ${"x".repeat(124)}`],
  ["more than fits", "x".repeat(125), `drawbridge d-1: ${"x".repeat(121)}...`],
])("a description with %s is valid for Azure and names its decision", (_, reason, description) => {
  expect(descriptionOf("d-1", reason)).toBe(description);
  expect(description.length).toBeLessThanOrEqual(140);
  expect(decisionIn(description)).toBe("d-1");
});

it.each([undefined, "", "by hand", "drawbridge: d-1", "see drawbridge d-1: x"])(
  "the description %j names no decision",
  (description) => {
    expect(decisionIn(description)).toBeUndefined();
  },
);

it("an action requests a state, or none", () => {
  expect((["approve", "reject", "revoke", "none", undefined] as const).map(targetOf)).toEqual([
    "Approved",
    "Rejected",
    "Rejected",
    undefined,
    undefined,
  ]);
});

it("an action is taken from Pending, unless it revokes", () => {
  expect((["approve", "reject", "revoke", undefined] as const).map(stateBefore)).toEqual([
    "Pending",
    "Pending",
    "Approved",
    "Pending",
  ]);
});

it("a decision's reason is the person's, or the policy's reasons", () => {
  const verdict = { kind: "hold", reasons: ["one", "two"], unknown: [], alerts: [] } as const;
  const person = { id: "p", by: "ann", reason: "I know them" };
  expect(decisionReason({ verdict })).toBe("one; two");
  expect(decisionReason({ verdict, person: { ...person, verdict: "approve" } })).toBe(
    "ann approved it: I know them",
  );
  expect(decisionReason({ verdict, person: { ...person, verdict: "reject" } })).toBe(
    "ann rejected it: I know them",
  );
});
