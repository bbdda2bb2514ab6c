import { expect, it } from "vitest";
import { FALSE, TRUE } from "../values/truth.ts";
import type { OperatorName } from "./operators.ts";
import { vacuityInside, vacuityOf } from "./vacuity.ts";

it("an empty list satisfies no approve rule, nor what is negated in it", () => {
  const approving = vacuityOf("approve");
  expect([approving.truth, approving.decidesCounts]).toEqual([FALSE, true]);
  expect([approving.opposite.truth, approving.opposite.decidesCounts]).toEqual([TRUE, true]);
  expect(approving.opposite.opposite).toBe(approving);
});

it.each(["reject", "hold", "alert"] as const)(
  "an empty list satisfies no condition of %s, negated or not",
  (effect) => {
    const vacuity = vacuityOf(effect);
    expect([vacuity.truth, vacuity.decidesCounts, vacuity.opposite === vacuity]).toEqual([
      FALSE,
      false,
      true,
    ]);
  },
);

it.each<[OperatorName, boolean]>([
  ["less", true],
  ["lessOrEquals", true],
  ["greater", false],
  ["greaterOrEquals", false],
  ["equals", false],
])("inside a count that is %s, it is turned round: %s", (operator, isTurned) => {
  const approving = vacuityOf("approve");
  expect(vacuityInside(operator, approving) === approving.opposite).toBe(isTurned);
  expect(vacuityInside(operator, approving) === approving).toBe(!isTurned);
});
