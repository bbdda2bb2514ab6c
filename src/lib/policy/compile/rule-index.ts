import { decide, type Diagram } from "./decision-diagram.ts";
import { Unknown, type Env, type Slot } from "../language/env.ts";
import type { IpRange } from "../values/ip-range.ts";
import type { Requirement } from "./requirements.ts";
import { FALSE, TRUE } from "../values/truth.ts";

/** The result if no rule of a group is true or unknown. */
export const noRule = -1;

/** Evaluates the rules indexed under one value and returns the better of their result and `best`. */
export type Lookup = (env: Env, best: number) => number;

/** Evaluates rules in ascending order of rank; `firstOf` documents the numbers. */
export function firstDecisive(
  conditions: readonly Diagram[],
  ranks: readonly number[],
  env: Env,
  best: number,
): number {
  let found = best;
  for (let index = 0; index < ranks.length; index++) {
    const rank = ranks[index] as number;
    if (found >= 0 && rank >= found) return found;
    const truth = decide(conditions[rank] as Diagram, env);
    if (truth === FALSE) continue;
    if (truth === TRUE) return rank;
    // A true rule has the greatest number; of unknown rules, the one with the lower rank has the greater number.
    found = found === noRule ? noRule - 1 - rank : Math.max(found, noRule - 1 - rank);
  }
  return found;
}

/** One lookup for each indexed value. `chosen` has the requirement of each rule by rank. */
export function buildLookups(
  chosen: readonly (Requirement | undefined)[],
  conditions: readonly Diagram[],
): Lookup[] {
  const ranked = chosen.flatMap((requirement, rank) =>
    requirement === undefined ? [] : [{ requirement, rank }],
  );
  const groups = Map.groupBy(ranked, ({ requirement }) => `${requirement.by} ${requirement.index}`);
  return [...groups.values()].map((list) => {
    const all = list.map(({ rank }) => rank);
    const { by, index } = (list[0] as { readonly requirement: Requirement }).requirement;
    if (by === "range") return byRange(index, list as Ranges, all, conditions);
    const byKey = ranksByKey(list);
    return by === "equality"
      ? byEquality(index, byKey, all, conditions)
      : byMember(index, byKey, all, conditions);
  });
}

type ByKey = ReadonlyMap<unknown, readonly number[]>;
type Ranges = readonly {
  readonly requirement: Extract<Requirement, { by: "range" }>;
  readonly rank: number;
}[];

function ranksByKey(list: readonly { readonly requirement: Requirement; readonly rank: number }[]): ByKey {
  const byKey = new Map<unknown, number[]>();
  for (const { requirement, rank } of list)
    for (const key of requirement.keys) {
      const ranks = byKey.get(key);
      if (ranks === undefined) byKey.set(key, [rank]);
      else ranks.push(rank);
    }
  return byKey;
}

function byEquality(
  index: number,
  byKey: ByKey,
  all: readonly number[],
  conditions: readonly Diagram[],
): Lookup {
  return (env, best) => {
    const value = env.values[index];
    // The keys are plain texts, which no number, boolean, list or object equals.
    if (typeof value !== "string")
      return value instanceof Unknown ? firstDecisive(conditions, all, env, best) : best;
    const ranks = byKey.get(value);
    return ranks === undefined ? best : firstDecisive(conditions, ranks, env, best);
  };
}

function byMember(
  index: number,
  byKey: ByKey,
  all: readonly number[],
  conditions: readonly Diagram[],
): Lookup {
  return (env, best) => {
    const value = env.values[index];
    if (value === undefined || value === null) return best;
    // An unknown value can be anything. Text, and a number as text, can contain any key, and an object can have it.
    if (!Array.isArray(value)) return firstDecisive(conditions, all, env, best);
    let found = best;
    for (const element of value as readonly Slot[]) {
      const ranks = byKey.get(element);
      if (ranks !== undefined) found = firstDecisive(conditions, ranks, env, found);
    }
    return found;
  };
}

/** A range that lies in another starts in it, so rules are indexed by the intervals between the ends of all ranges. */
function byRange(
  index: number,
  list: Ranges,
  all: readonly number[],
  conditions: readonly Diagram[],
): Lookup {
  const { starts, ranks } = stretches(list);
  return (env, best) => {
    const value = env.values[index] as IpRange | Unknown | undefined;
    // An unknown range, or one of the other family, makes these conditions unknown.
    if (value === undefined || value instanceof Unknown || value.family !== 4)
      return firstDecisive(conditions, all, env, best);
    return firstDecisive(conditions, ranks[lastUpTo(starts, value.from)] ?? [], env, best);
  };
}

/** The most ranks for one interval; if ranges are nested deeper, all rules are evaluated. */
const depthMax = 64;

function stretches(list: Ranges): {
  readonly starts: readonly number[];
  readonly ranks: readonly (readonly number[])[];
} {
  const ranges = list.flatMap(({ requirement, rank }) =>
    requirement.keys.map((range) => ({ rank, ...ends(range) })),
  );
  const starts = [...new Set(ranges.flatMap(({ from, after }) => [from, after]))].toSorted((a, b) => a - b);
  const ranks: number[][] = starts.map(() => []);
  for (const { from, after, rank } of ranges)
    for (let at = lastUpTo(starts, from); (starts[at] ?? after) < after; at++)
      if (ranks[at]?.at(-1) !== rank) ranks[at]?.push(rank);
  if (ranks.some(({ length }) => length > depthMax))
    return { starts: [0], ranks: [list.map(({ rank }) => rank)] };
  return { starts, ranks };
}

function ends({ from, to }: IpRange): { readonly from: number; readonly after: number } {
  return { from: Number(from), after: Number(to) + 1 };
}

/** The index of the last start that is not above a value; -1 if there is none. */
function lastUpTo(starts: readonly number[], value: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
