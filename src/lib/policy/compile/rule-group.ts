import type { Diagram } from "./diagram.ts";
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
  const nameOfIndex = ({ by, index }: Requirement) => `${by} ${index}`;
  for (const requirement of chosen)
    if (requirement !== undefined)
      sharing.set(nameOfIndex(requirement), (sharing.get(nameOfIndex(requirement)) ?? 0) + 1);
  return chosen.map((requirement) =>
    requirement === undefined || (sharing.get(nameOfIndex(requirement)) ?? 0) < indexedFrom
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

/** The number of rules for each key. */
function countKeys(requirements: readonly Requirement[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const requirement of requirements)
    for (const key of requirement.keys)
      counts.set(nameOf(requirement, key), (counts.get(nameOf(requirement, key)) ?? 0) + 1);
  return counts;
}

function nameOf({ by, index }: Requirement, key: Requirement["keys"][number]): string {
  return `${by} ${index} ${typeof key === "string" ? key : `${key.from}-${key.to}`}`;
}

/** The requirement whose keys the fewest rules share. For ranges, whose overlaps are not counted, at least 3 is assumed. */
function mostSelective(
  requirements: readonly Requirement[],
  sharing: ReadonlyMap<string, number>,
): Requirement | undefined {
  const sharedBy = (requirement: Requirement) =>
    requirement.keys.reduce(
      (most, key) => Math.max(most, sharing.get(nameOf(requirement, key)) ?? 0),
      requirement.by === "range" ? 3 : 0,
    );
  let best: Requirement | undefined;
  for (const requirement of requirements)
    if (best === undefined || sharedBy(requirement) < sharedBy(best)) best = requirement;
  return best;
}
