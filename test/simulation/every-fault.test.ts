import { describe, expect, it } from "vitest";
import { flows } from "./flows.ts";
import { injectFaults } from "./fault-injection.ts";
import { faultsInTurn } from "./faults.ts";

/**
 * How many places each flow has at least, each of which is struck in a run of its own. The exact numbers follow the
 * calls that the app makes, these are some per cent below them. A lower number here means that less is tried: say why
 * in the commit.
 */
const placesMin: Readonly<Record<keyof typeof flows, number>> = {
  "an approval": 185,
  "two approvals at one service": 300,
  "a rejection": 109,
  "a hold": 89,
  "a hold that a person approves": 140,
  "a hold that an operator approves": 206,
  "a hold that two operators decide": 175,
  "an approval that ends and is renewed": 203,
  "an approval that ends and is not renewed": 217,
  "a revocation": 370,
  "an approved connection from before": 93,
  "a bypass": 179,
  "a request without an event": 102,
  "a connection that goes away": 182,
  "a rejection that is requested again": 192,
  "one approval above the limit": 192,
  "an approval of an operator that waits and is taken back": 277,
  "addresses that drift": 140,
  "addresses that drift without an event and return": 122,
  "addresses that drift and are acknowledged": 133,
  "a region that comes and goes": 97,
  "an approval that is archived": 174,
  "another policy": 110,
};

describe("every invariant holds with a fault at every call, one at a time, in", () => {
  it.each(Object.entries(flows))("%s", { timeout: 400_000 }, async (name, options) => {
    const { places, tried, broken } = await injectFaults(options, faultsInTurn);
    expect(broken).toEqual([]);
    expect(places).toBeGreaterThanOrEqual(placesMin[name] ?? Infinity);
    const runs = [...tried.values()].reduce((sum, each) => sum + each, 0);
    expect(runs).toBeGreaterThanOrEqual(places);
    // Whatever a flow calls, these take their turns.
    for (const fault of ["pause", "reset", "time-out", "crash", "crash-after"] as const)
      expect(tried.get(fault) ?? 0).toBeGreaterThan(0);
  });
});
