import type { CompiledCondition } from "./compiled-condition.ts";
import { Unknown, type Env, type Slot } from "../language/env.ts";
import type { IpRange } from "../values/ip-range.ts";
import type { Requirement } from "./requirements.ts";
import { FALSE, TRUE } from "../values/truth.ts";

/** No rule of a group is true or unknown. */
export const noRule = -1;

/** Asks the rules that one place's value points to, and answers the better of what it finds and what was found before. */
export type Lookup = (env: Env, best: number) => number;

/** Asks rules by their ranks, which ascend; see `firstOf` for what the numbers mean. */
export function firstDecisive(
  conditions: readonly CompiledCondition[],
  ranks: readonly number[],
  env: Env,
  best: number,
): number {
  let found = best;
  for (let index = 0; index < ranks.length; index++) {
    const rank = ranks[index] as number;
    if (found >= 0 && rank >= found) return found;
    const truth = (conditions[rank] as CompiledCondition)(env);
    if (truth === FALSE) continue;
    if (truth === TRUE) return rank;
    // Nearer to `none` is the lower rank.
    if (found < 0) found = found === noRule ? noRule - 1 - rank : Math.max(found, noRule - 1 - rank);
  }
  return found;
}

/** One lookup for each place that rules are found by. `chosen` has each rule's need by its rank. */
export function buildLookups(
  chosen: readonly (Requirement | undefined)[],
  conditions: readonly CompiledCondition[],
): Lookup[] {
  const ranked = chosen.flatMap((requirement, rank) =>
    requirement === undefined ? [] : [{ requirement, rank }],
  );
  const places = Map.groupBy(ranked, ({ requirement }) => `${requirement.by} ${requirement.place}`);
  return [...places.values()].map((list) => {
    const all = list.map(({ rank }) => rank);
    const { by, place } = (list[0] as { readonly requirement: Requirement }).requirement;
    if (by === "range") return byRange(place, list as Ranges, all, conditions);
    const byKey = ranksByKey(list);
    return by === "equality"
      ? byEquality(place, byKey, all, conditions)
      : byMember(place, byKey, all, conditions);
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
  place: number,
  byKey: ByKey,
  all: readonly number[],
  conditions: readonly CompiledCondition[],
): Lookup {
  return (env, best) => {
    const value = env.folded[place];
    // A number, a truth value, a list or an object equals none of the keys, which are plain texts.
    if (typeof value !== "string")
      return value instanceof Unknown ? firstDecisive(conditions, all, env, best) : best;
    const ranks = byKey.get(value);
    return ranks === undefined ? best : firstDecisive(conditions, ranks, env, best);
  };
}

function byMember(
  place: number,
  byKey: ByKey,
  all: readonly number[],
  conditions: readonly CompiledCondition[],
): Lookup {
  return (env, best) => {
    const value = env.folded[place];
    if (value === undefined || value === null) return best;
    // Unknown may be anything; text, and a number as text, may contain any key, and an object may have it.
    if (!Array.isArray(value)) return firstDecisive(conditions, all, env, best);
    let found = best;
    for (const element of value as readonly Slot[]) {
      const ranks = byKey.get(element);
      if (ranks !== undefined) found = firstDecisive(conditions, ranks, env, found);
    }
    return found;
  };
}

/** What lies in a range starts in it: the rules are kept by the stretches between the ends of all ranges. */
function byRange(
  place: number,
  list: Ranges,
  all: readonly number[],
  conditions: readonly CompiledCondition[],
): Lookup {
  const { starts, ranks } = stretches(list);
  return (env, best) => {
    const value = env.ranges[place];
    // A range that is unknown, or of the other family, makes conditions unknown that name it.
    if (value === undefined || value instanceof Unknown || value.family !== 4)
      return firstDecisive(conditions, all, env, best);
    return firstDecisive(conditions, ranks[lastUpTo(starts, value.from)] ?? [], env, best);
  };
}

/** How many ranks may be kept for each end of a range; ranges nested deeper are asked in one go. */
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

/** The place of the last start that is not above a value; -1 where there is none. */
function lastUpTo(starts: readonly number[], value: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
