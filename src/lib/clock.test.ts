import { describe, expect, it } from "vitest";
import { hasElapsed, minuteMs, plusMs } from "./clock.ts";

const now = new Date("2026-11-24T09:00:00Z");

describe("a length of time", () => {
  it("has passed since an instant as soon as it is as long ago, and not a millisecond sooner", () => {
    const passed = [minuteMs + 1, minuteMs, minuteMs - 1].map((ago) => plusMs(now, -ago));
    expect(passed.map((since) => hasElapsed(minuteMs, since, now))).toEqual([true, true, false]);
    expect(passed.map((since) => hasElapsed(minuteMs, new Date(since), now))).toEqual([true, true, false]);
  });

  it("has passed where there was no such instant", () => {
    expect(hasElapsed(minuteMs, undefined, now)).toBe(true);
  });
});
