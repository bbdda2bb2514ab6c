import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { plantedInAddresses } from "./planted-in-addresses.ts";
import { plantedInArchiving } from "./planted-in-archiving.ts";
import { plantedInDeciding } from "./planted-in-deciding.ts";
import { plantedInLists } from "./planted-in-lists.ts";
import { plantedInReading } from "./planted-in-reading.ts";
import { plantedInWaiting } from "./planted-in-waiting.ts";
import { plantedInWriting } from "./planted-in-writing.ts";
import { profileOf } from "./profiles.ts";
import { run } from "./run.ts";

/** Tests the checker: each planted bug must break its invariant within this many seeds. */
const seedsToCatch = 60;
const plantedBugs = [
  ...plantedInReading,
  ...plantedInWriting,
  ...plantedInWaiting,
  ...plantedInDeciding,
  ...plantedInArchiving,
  ...plantedInAddresses,
  ...plantedInLists,
];

describe("the checker", () => {
  it("has as many planted bugs as docs/reliability.md says", () => {
    const [, said] =
      /(\d+) bugs are planted/.exec(readFileSync(join(root, "docs/reliability.md"), "utf8")) ?? [];
    expect(plantedBugs).toHaveLength(45);
    expect(said).toBe("45");
  });

  it.each(plantedBugs.map((bug) => [bug.name, bug] as const))(
    "notices that %s",
    { timeout: 180_000 },
    async (_, { invariant, seed: soonest = 1, options }) => {
      expect(soonest).toBeLessThanOrEqual(seedsToCatch);
      const seeds = Array.from({ length: seedsToCatch }, (_each, index) => index + 1);
      for (const seed of new Set([soonest, ...seeds])) {
        const profile = profileOf(seed);
        const { untilSettled } = profile;
        const { sim } = await run(seed, { ...profile, ...options, untilSettled, stopOn: invariant });
        if (sim.violations.some((each) => each.startsWith(invariant))) return;
      }
      expect.fail(`${invariant} did not notice it in ${seedsToCatch} seeds`);
    },
  );
});
