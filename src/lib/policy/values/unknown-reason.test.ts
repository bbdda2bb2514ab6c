import { expect, it } from "vitest";
import { isTransient, isUnknownReason, unknownReasons } from "./unknown-reason.ts";

it("an unknown fact may be known later for four reasons", () => {
  const transient = unknownReasons.filter((reason) => isTransient(reason));
  expect(transient).toEqual(["incomplete-list", "throttled", "timed-out", "failed"]);
  expect([isUnknownReason("forbidden"), isUnknownReason("Forbidden"), isUnknownReason(1)]).toEqual([
    true,
    false,
    false,
  ]);
});
