import { expect, it } from "vitest";
import { runLoad } from "./load.ts";

/** A small load. `npm run soak -- hosts` runs a large one, with fifty kills. */
it(
  "two hosts, killed three times, send one PUT for each decision at two services, and lose no request",
  { timeout: 400_000 },
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
      timeoutMs: 200_000,
      progress: () => {},
    });
    expect(broken).toEqual([]);
    expect(decisions).toBe(8);
    expect(puts).toBe(8);
  },
);
