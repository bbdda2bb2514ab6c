import { expect, it } from "vitest";
import { minuteMs } from "../../src/lib/clock.ts";
import { lostWriteMs, runLoad } from "./load.ts";

/**
 * A small load, which takes half a minute. `npm run soak -- hosts` runs a large one, with fifty kills. Where a kill
 * comes between the record of a write and the write, it takes a quarter of an hour; see `lostWriteMs`.
 */
it(
  "two hosts, killed three times, send one PUT for each decision at two services, and lose no request",
  { timeout: 30 * minuteMs },
  async () => {
    const { broken, puts, decisions } = await runLoad({
      hosts: 2,
      requests: 8,
      services: 2,
      kills: 3,
      pauses: 0,
      outages: 0,
      lostPercent: 20,
      seed: 1,
      timeoutMs: lostWriteMs,
      progress: () => {},
    });
    expect(broken).toEqual([]);
    expect(decisions).toBe(8);
    expect(puts).toBe(8);
  },
);
