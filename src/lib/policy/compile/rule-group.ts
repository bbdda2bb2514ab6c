import type { Diagram } from "./decision-diagram.ts";
import type { Env, Layout } from "../language/env.ts";
import { requirementsOf, type Requirement } from "./requirements.ts";
import type { Condition } from "../language/policy.ts";
import { firstDecisive, buildLookups, noRule, type Lookup } from "./rule-index.ts";

/** An entry of a rule group. */
export interface Ranked {
  readonly if: Condition;
  readonly decision: Diagram;
}

/** The rules of one effect in order of rank, with indexes of those that given facts could make true. */
export interface RuleGroup<T extends Ranked> {
  readonly rules: readonly T[];
  readonly conditions: readonly Diagram[];
  readonly always: readonly number[];
  readonly lookups: readonly Lookup[];
}

/** With fewer rules per value, a lookup costs as much as evaluating them. */
const indexedFrom = 3;

/** Builds a group from rules in order of rank. */
export function ruleGroup<T extends Ranked>(rules: readonly T[], layout: Layout): RuleGroup<T> {
  const conditions = rules.map(({ decision }) => decision);
  const requirements = rules.map((rule) => requirementsOf(rule.if, layout));
  const sharing = countKeys(requirements.flat());
  const chosen = dropUnprofitable(requirements.map((list) => mostSelective(list, sharing)));
  return {
    rules,
    conditions,
    always: [...rules.keys()].filter((rank) => chosen[rank] === undefined),
    lookups: buildLookups(chosen, conditions),
  };
}

function dropUnprofitable(chosen: readonly (Requirement | undefined)[]): (Requirement | undefined)[] {
  const sharing = new Map<string, number>();
  for (const requirement of chosen)
    if (requirement !== undefined)
      sharing.set(nameOf(requirement), (sharing.get(nameOf(requirement)) ?? 0) + 1);
  return chosen.map((requirement) =>
    requirement === undefined || (sharing.get(nameOf(requirement)) ?? 0) < indexedFrom
      ? undefined
      : requirement,
  );
}

/**
 * The rank of the first true rule; else `noRule` - 1 - the rank of the first unknown rule; else `noRule`.
 * Encoded in one number so that a decision allocates nothing, which keeps replays of a whole history cheap.
 */
export function firstOf({ conditions, always, lookups }: RuleGroup<Ranked>, env: Env): number {
  let found = firstDecisive(conditions, always, env, noRule);
  for (let index = 0; index < lookups.length; index++) found = (lookups[index] as Lookup)(env, found);
  return found;
}

/** The number of rules for each key of each value. */
type Sharing = ReadonlyMap<string, ReadonlyMap<unknown, number>>;

function countKeys(requirements: readonly Requirement[]): Sharing {
  const sharing = new Map<string, Map<unknown, number>>();
  for (const requirement of requirements) {
    const counts = sharing.get(nameOf(requirement)) ?? new Map<unknown, number>();
    sharing.set(nameOf(requirement), counts);
    for (const key of requirement.keys.map(nameOfKey)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return sharing;
}

function nameOf({ by, index }: Requirement): string {
  return `${by} ${index}`;
}

function nameOfKey(key: Requirement["keys"][number]): string {
  return typeof key === "string" ? key : `${key.from}-${key.to}`;
}

/**
 * The requirement whose keys the fewest rules share. For ranges, whose overlaps are not counted, at least 3 is assumed.
 */
function mostSelective(requirements: readonly Requirement[], sharing: Sharing): Requirement | undefined {
  let best: Requirement | undefined;
  let fewest = Infinity;
  for (const requirement of requirements) {
    const counts = sharing.get(nameOf(requirement));
    let most = requirement.by === "range" ? 3 : 0;
    for (const key of requirement.keys) most = Math.max(most, counts?.get(nameOfKey(key)) ?? 0);
    if (most < fewest) [best, fewest] = [requirement, most];
  }
  return best;
}
