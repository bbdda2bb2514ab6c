import { describe, expect, it } from "vitest";
import { flows } from "./flows.ts";
import { everyFault } from "./fault-injection.ts";

/**
 * How many faults are injected into each flow at least, one in each run. The exact numbers follow the calls that the app
 * makes, these are some per cent below them. A lower number here means that less is tried: say why in the commit.
 */
const triesMin: Readonly<Record<keyof typeof flows, number>> = {
  "an approval": 600,
  "two approvals at one service": 1_000,
  "a rejection": 347,
  "a hold": 260,
  "a hold that a person approves": 410,
  "a hold that an operator approves": 655,
  "a hold that two operators decide": 540,
  "an approval that ends and is renewed": 640,
  "an approval that ends and is not renewed": 685,
  "a revocation": 1_200,
  "an approved connection from before": 260,
  "a bypass": 555,
  "a request without an event": 328,
  "a connection that goes away": 565,
  "a rejection that is requested again": 620,
  "one approval above the limit": 615,
  "an approval of an operator that waits and is taken back": 920,
  "addresses that drift": 410,
  "addresses that drift without an event and return": 380,
  "addresses that drift and are acknowledged": 400,
  "a region that comes and goes": 280,
  "an approval that is archived": 520,
  "another policy": 310,
};

const parts = ["first", "second", "third", "fourth"] as const;

/** Injects every fault into a quarter of the flows, so that four files of about equal length run side by side. */
export function injectEveryFault(part: (typeof parts)[number]): void {
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
