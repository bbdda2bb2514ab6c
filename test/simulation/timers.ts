import { minuteMs } from "../../src/lib/clock.ts";

/** How often connections are swept and addresses are checked, as deployed. */
export const usualSweepMs = 5 * minuteMs;
export const checkEveryMs = 15 * minuteMs;
