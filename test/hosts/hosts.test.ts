import { expect, it } from "vitest";
import { putLoad } from "./load.ts";

/** A small load; `npm run soak -- hosts` puts a large one, with kills. */
it(
  "two hosts at two services send one PUT for each decision, and lose nothing",
  { timeout: 240_000 },
  async () => {
    const { broken, puts, decisions } = await putLoad({
      hosts: 2,
      requests: 8,
      services: 2,
      kills: 0,
      lostPercent: 20,
      seed: 1,
      timeoutMs: 120_000,
      progress: () => {},
    });
    expect(broken).toEqual([]);
    expect(decisions).toBe(8);
    expect(puts).toBe(8);
  },
);
