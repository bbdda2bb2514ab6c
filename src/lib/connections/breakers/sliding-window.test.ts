import { expect, it } from "vitest";
import { countedIn, fallsTo, totalOf, withoutOne } from "./sliding-window.ts";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 24, 8, minutes));

it("withoutOne removes only an event that was counted in that minute", () => {
  const counted = countedIn(countedIn({}, at(0)), at(1), 2);
  expect(totalOf(counted, at(2))).toBe(3);
  expect(totalOf(withoutOne(counted, at(1)), at(2))).toBe(2);
  expect(withoutOne(counted, at(5))).toBe(counted);
  expect(totalOf(withoutOne(withoutOne(counted, at(0)), at(0)), at(2))).toBe(2);
});

it("fallsTo is when so much has expired that no more than that is left, or now", () => {
  const counted = countedIn(countedIn({}, at(0), 2), at(3), 4);
  expect(fallsTo(5, counted, at(10))).toEqual(at(64));
  expect(fallsTo(4, counted, at(10))).toEqual(at(64));
  expect(fallsTo(3, counted, at(10))).toEqual(at(67));
  expect(fallsTo(6, counted, at(10))).toEqual(at(10));
  expect(fallsTo(0, {}, at(10))).toEqual(at(10));
});
