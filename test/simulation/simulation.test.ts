import { describe, expect, it } from "vitest";
import { active } from "./actors.ts";
import { eachOnce, none, tenTimesShuffled, withForgeries, type EventWays } from "./events.ts";
import { atPlaces } from "./faults.ts";
import { governed, manyInstances, profileOf } from "./profiles.ts";
import { run, usual, type Options, type Running } from "./run.ts";
import { observedCallsOf } from "./observed-calls.ts";

/**
 * The invariants of docs/reliability.md, over random runs. `SIMULATION_SEEDS=50` runs fewer, for a measurement of
 * coverage, which takes several times as long.
 */
const seeds = Number(process.env.SIMULATION_SEEDS ?? "150");
const chunk = 50;
if (!(seeds >= chunk) || seeds % chunk !== 0)
  throw new Error(`SIMULATION_SEEDS must be a multiple of ${chunk}; with fewer no seed would run`);
/** Seeds that once found a fault; docs/reliability.md lists the faults. */
const kept: readonly number[] = [
  31, 1037, 1044, 1107, 1359, 1366, 1597, 2478, 2822, 300, 524, 697, 5753, 183, 2462, 2510, 5348, 5436, 1508,
  6251, 8815, 4080,
];
async function violationsOf(from: number, count: number, more: Partial<Options> = {}): Promise<string[]> {
  const broken: string[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const { sim } = await run(seed, { ...profileOf(seed), ...more });
    broken.push(...sim.violations.map((each) => `npm run soak -- --seed ${seed}: ${each}`));
  }
  return broken;
}

describe("random runs", () => {
  it.each(Array.from({ length: seeds / chunk }, (_, index) => index * chunk + 1))(
    `keep every invariant, ${chunk} seeds from %i`,
    { timeout: 400_000 },
    async (from) => {
      expect(await violationsOf(from, chunk)).toEqual([]);
    },
  );

  it.each(kept)("keep every invariant with seed %i, which once found a fault", async (seed) => {
    expect(await violationsOf(seed, 1, { untilSettled: false })).toEqual([]);
  });

  it("keep every invariant where approvals end and policies change", { timeout: 400_000 }, async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= 30; seed++) {
      const { sim } = await run(seed, governed);
      broken.push(
        ...sim.violations.map((each) => `npm run soak -- --profile governed --seed ${seed}: ${each}`),
      );
    }
    expect(broken).toEqual([]);
  });

  it.each([1, 10, 40])(
    "keep within Azure's quota with %d processes (I12)",
    { timeout: 180_000 },
    async (processes) => {
      const { sim } = await run(processes, manyInstances(processes));
      expect(sim.violations).toEqual([]);
      expect(sim.calls.filter(({ place }) => place === "GET").length).toBeGreaterThan(1_000);
    },
  );

  it("depend only on the seed (I15)", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [one, two] = [await run(seed, profileOf(seed)), await run(seed, profileOf(seed))];
      expect(one.sim.calls.length).toBeGreaterThan(500);
      expect(one.sim.digest()).toBe(two.sim.digest());
    }
    const [one, other] = [await run(1, profileOf(1)), await run(8, profileOf(8))];
    expect(one.sim.digest()).not.toBe(other.sim.digest());
  });
});

describe("events change nothing (I7)", () => {
  /** No person acts and no limit binds, so the order of events does not matter. */
  const outcome = async (seed: number, ways: EventWays) => {
    const running = await run(seed, {
      ...usual,
      services: 3,
      ways,
      faults: () => atPlaces(new Map()),
      act: active({ requests: 9, automatic: 0, people: 0 }),
      decisions: 0,
      untilSettled: true,
    });
    expect(running.sim.violations).toEqual([]);
    return worldOf(running);
  };

  it.each([1, 2, 3, 4, 5, 6])("seed %i", async (seed) => {
    const swept = await outcome(seed, none);
    expect(swept.length).toBeGreaterThan(3);
    for (const ways of [eachOnce, tenTimesShuffled, withForgeries])
      expect(await outcome(seed, ways)).toEqual(swept);
  });
});

/** The final state of each connection, and the states that were asked for. */
function worldOf(running: Running): string[] {
  const connections = [...running.world.services.values()].flatMap((service) => [
    ...service.connections.values(),
  ]);
  const asked = observedCallsOf(running).puts.map(({ id, state }) => `${id.split("/").at(-1)} ${state}`);
  return [
    ...connections.map(({ id, state }) => `${id.split("/").at(-1)} is ${state}`),
    ...new Set(asked),
  ].toSorted();
}
