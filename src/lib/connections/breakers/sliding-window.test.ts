import { expect, it } from "vitest";
import { countedIn, totalOf, withoutOne } from "./sliding-window.ts";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 24, 8, minutes));

it("withoutOne removes only an event that was counted in that minute", () => {
  const counted = countedIn(countedIn({}, at(0)), at(1), 2);
  expect(totalOf(counted, at(2))).toBe(3);
  expect(totalOf(withoutOne(counted, at(1)), at(2))).toBe(2);
  expect(withoutOne(counted, at(5))).toBe(counted);
  expect(totalOf(withoutOne(withoutOne(counted, at(0)), at(0)), at(2))).toBe(2);
});
