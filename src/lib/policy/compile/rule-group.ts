import type { Decider } from "./decider.ts";
import type { Env, Layout } from "../language/env.ts";
import { necessary, type Need } from "./necessary.ts";
import type { Condition } from "../language/policy.ts";
import { ask, lookups, none, type Lookup } from "./rule-index.ts";

/** Something with a condition: what a group ranks and asks. */
export interface Ranked {
  readonly if: Condition;
  readonly decide: Decider;
}

/** Rules of one effect in the order of their rank, and how to find those that these facts could make true. */
export interface RuleGroup<T extends Ranked> {
  readonly rules: readonly T[];
  readonly deciders: readonly Decider[];
  readonly always: readonly number[];
  readonly lookups: readonly Lookup[];
}

/** Under three rules of one place, looking its value up costs as much as asking them. */
const indexedFrom = 3;

/** `rules` are in the order of their rank already. */
export function ruleGroup<T extends Ranked>(rules: readonly T[], layout: Layout): RuleGroup<T> {
  const deciders = rules.map(({ decide }) => decide);
  const needs = rules.map((rule) => necessary(rule.if, layout));
  const crowds = countKeys(needs.flat());
  const chosen = worthwhile(needs.map((list) => cheapest(list, crowds)));
  return {
    rules,
    deciders,
    always: [...rules.keys()].filter((rank) => chosen[rank] === undefined),
    lookups: lookups(chosen, deciders),
  };
}

function worthwhile(chosen: readonly (Need | undefined)[]): (Need | undefined)[] {
  const crowds = new Map<string, number>();
  const nameOfPlace = ({ by, place }: Need) => `${by} ${place}`;
  for (const need of chosen)
    if (need !== undefined) crowds.set(nameOfPlace(need), (crowds.get(nameOfPlace(need)) ?? 0) + 1);
  return chosen.map((need) =>
    need === undefined || (crowds.get(nameOfPlace(need)) ?? 0) < indexedFrom ? undefined : need,
  );
}

/**
 * The rank of the first true rule; else `none` - 1 - the rank of the first unknown one; else `none`.
 * One number, because a decision that allocates nothing is what makes replays of a whole history cheap.
 */
export function firstOf({ deciders, always, lookups: indexes }: RuleGroup<Ranked>, env: Env): number {
  let found = ask(deciders, always, env, none);
  for (const look of indexes) found = look(env, found);
  return found;
}

/** How many rules name a key. */
function countKeys(needs: readonly Need[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const need of needs)
    for (const key of need.keys) counts.set(nameOf(need, key), (counts.get(nameOf(need, key)) ?? 0) + 1);
  return counts;
}

function nameOf({ by, place }: Need, key: Need["keys"][number]): string {
  return `${by} ${place} ${typeof key === "string" ? key : `${key.from}-${key.to}`}`;
}

/** The need whose keys fewest other rules share; of ranges it cannot be told how many lie in one another. */
function cheapest(needs: readonly Need[], crowds: ReadonlyMap<string, number>): Need | undefined {
  const crowdOf = (need: Need) =>
    need.keys.reduce(
      (most, key) => Math.max(most, crowds.get(nameOf(need, key)) ?? 0),
      need.by === "range" ? 3 : 0,
    );
  let best: Need | undefined;
  for (const need of needs) if (best === undefined || crowdOf(need) < crowdOf(best)) best = need;
  return best;
}
