import { minuteMs } from "../../src/lib/clock.ts";
import type { Simulation } from "./simulation.ts";

/** The smallest plan ends an invocation that takes longer. */
const deadlineMs = 5 * minuteMs;

/** I15: no function takes five minutes. `simulation.test.ts` tests that the same seed makes the same calls. */
export function checkDuration(sim: Simulation, name: string, tookMs: number): void {
  if (tookMs > deadlineMs) sim.violated("I15 determinism", `${name} took ${tookMs / 1000} s`);
}
