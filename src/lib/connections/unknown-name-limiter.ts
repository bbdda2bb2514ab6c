import { minuteMs, type Clock } from "../clock.ts";

/**
 * Limits the cost of events that name nothing: they are unsigned, so that anybody may send thousands, and each would
 * take a read of the quota that real requests wait for. While many of them were found to name nothing, events about
 * names without a record are left to the next sweep, which finds what exists. Counted in this process.
 */
export interface UnknownNameLimiter {
  /** Whether so many names were unknown within the last minute that no further one is read. */
  isFull(): boolean;
  /** Counts a name that an event gave and Azure does not know. */
  missed(): void;
}

/** Unknown names that are read within a minute. Real events name what exists, or existed a moment ago. */
const missesMax = 20;
const windowMs = minuteMs;

export function unknownNameLimiter(clock: Clock): UnknownNameLimiter {
  let misses: readonly number[] = [];
  const recent = () => {
    const from = clock.now().getTime() - windowMs;
    misses = misses.filter((at) => at > from);
    return misses;
  };
  return {
    isFull: () => recent().length >= missesMax,
    missed: () => {
      misses = [...recent(), clock.now().getTime()].slice(-missesMax);
    },
  };
}
