import { describe, expect, it } from "vitest";
import { everyFault, flows } from "./flows.ts";

/**
 * How many faults each flow is struck with at least, one in each run. The exact numbers follow the calls that the app makes,
 * these are some per cent below them. A lower number here means that less is tried: say why in the commit.
 */
const triesMin: Readonly<Record<keyof typeof flows, number>> = {
  "an approval": 605,
  "two approvals at one service": 1_230,
  "a rejection": 480,
  "a hold": 320,
  "a hold that a person approves": 495,
  "an approved connection from before": 260,
  "a bypass": 700,
  "a request without an event": 350,
  "a connection that goes away": 705,
  "a rejection that is requested again": 800,
  "one approval above the cap": 835,
  "addresses that drift": 430,
  "addresses that drift without an event and return": 455,
  "addresses that drift and are acknowledged": 465,
  "a region that comes and goes": 335,
  "an approval that is archived": 585,
  "another policy": 380,
};

/** Strikes every fault in one half of the flows, so that two files of about equal length run side by side. */
export function strikeEveryFault(half: "first" | "second"): void {
  const part = Object.entries(flows).filter((_, index) => (index % 2 === 0) === (half === "first"));
  describe("every invariant holds with every fault at every call, one at a time, in", () => {
    it.each(part)("%s", { timeout: 400_000 }, async (name, options) => {
      const { places, tried, broken } = await everyFault(options);
      expect(broken).toEqual([]);
      const tries = [...tried.values()].reduce((sum, each) => sum + each, 0);
      expect(tries).toBeGreaterThanOrEqual(triesMin[name] ?? Infinity);
      // Each call fails once and is paused once. How often the others are tried depends on what is written and read.
      expect(tried.get("pause")).toBe(places);
      const failures = ["reset", "time-out"] as const;
      expect(failures.reduce((sum, each) => sum + (tried.get(each) ?? 0), 0)).toBeGreaterThanOrEqual(places);
    });
  });
}
