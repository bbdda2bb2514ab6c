import { expect, it } from "vitest";
import { dayMs, hourMs } from "../../clock.ts";
import { parseDuration, printDuration } from "./duration.ts";

it.each([
  ["P90D", 90 * dayMs, "90 days"],
  ["P12W", 84 * dayMs, "84 days"],
  ["PT36H", 36 * hourMs, "36 hours"],
  ["P1DT12H", 36 * hourMs, "36 hours"],
  ["p1d", dayMs, "1 day"],
  ["PT1H", hourMs, "1 hour"],
])("%s is %d ms, printed as %s", (text, ms, printed) => {
  expect(parseDuration(text)).toBe(ms);
  expect(printDuration(ms)).toBe(printed);
});

it.each(["", "P", "PT", "P0D", "P3M", "P1Y", "90D", "P-1D", "P1.5D", "PT30M", "P1W2D", "P999999D"])(
  "%j is no duration of a fixed length in days and hours",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
