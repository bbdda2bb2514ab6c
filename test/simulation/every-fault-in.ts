import { describe, expect, it } from "vitest";
import { flows } from "./flows.ts";
import { everyFault } from "./strike.ts";

/**
 * How many faults each flow is struck with at least, one in each run. The exact numbers follow the calls that the app makes,
 * these are some per cent below them. A lower number here means that less is tried: say why in the commit.
 */
const triesMin: Readonly<Record<keyof typeof flows, number>> = {
  "an approval": 660,
  "two approvals at one service": 1_220,
  "a rejection": 380,
  "a hold": 280,
  "a hold that a person approves": 445,
  "a hold that an operator approves": 705,
  "a hold that two operators decide": 600,
  "an approval that ends and is renewed": 710,
  "an approval that ends and is not renewed": 760,
  "a revocation": 1_320,
  "an approved connection from before": 280,
  "a bypass": 630,
  "a request without an event": 365,
  "a connection that goes away": 630,
  "a rejection that is requested again": 700,
  "one approval above the limit": 755,
  "addresses that drift": 455,
  "addresses that drift without an event and return": 420,
  "addresses that drift and are acknowledged": 440,
  "a region that comes and goes": 310,
  "an approval that is archived": 550,
  "another policy": 335,
};

const parts = ["first", "second", "third", "fourth"] as const;

/** Strikes every fault in a quarter of the flows, so that four files of about equal length run side by side. */
export function strikeEveryFault(part: (typeof parts)[number]): void {
  const longestFirst = Object.entries(flows).toSorted(([a], [b]) => (triesMin[b] ?? 0) - (triesMin[a] ?? 0));
  const mine = longestFirst.filter((_, index) => parts[index % parts.length] === part);
  describe("every invariant holds with every fault at every call, one at a time, in", () => {
    it.each(mine)("%s", { timeout: 400_000 }, async (name, options) => {
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
