import { describe, expect, it } from "vitest";
import { isTimeZone, wallClockIn } from "./time-zone.ts";

describe("a time zone", () => {
  it.each([
    ["UTC", 4, 0],
    ["Asia/Tokyo", 4, 9 * 60],
    ["America/New_York", 3, 19 * 60],
    ["Asia/Kathmandu", 4, 5 * 60 + 30],
  ])("%s has its own day and time at the start of 1970", (name, weekday, time) => {
    expect(isTimeZone(name)).toBe(true);
    expect(wallClockIn(name)(0)).toEqual({ weekday, time });
    expect(wallClockIn(name)(0)).toEqual({ weekday, time });
  });

  it("of another name is none", () => {
    expect(isTimeZone("Mars/Olympus")).toBe(false);
    expect(() => wallClockIn("Mars/Olympus")).toThrow(RangeError);
  });
});
