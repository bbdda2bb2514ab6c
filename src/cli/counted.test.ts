import { expect, it } from "vitest";
import { counted } from "./counted.ts";

it("one thing is counted in the singular, any other number in the plural", () => {
  expect([0, 1, 2].map((count) => counted(count, "rule"))).toEqual(["0 rules", "1 rule", "2 rules"]);
  expect([1, 2].map((count) => counted(count, "entry", "entries"))).toEqual(["1 entry", "2 entries"]);
});
