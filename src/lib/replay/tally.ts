import type { Decided } from "./deciding-facts.ts";
import type { Replayed } from "./replay.ts";

/** What a replay found, in memory that does not grow with the decisions. */
export interface Tally {
  decisions: number;
  /** Entries that are no decisions. */
  others: number;
  same: number;
  otherwise: number;
  /** How many cannot be replayed, by the reason. */
  readonly cannot: Map<string, number>;
  /** What would be decided otherwise, by the verdicts and rules before and after. */
  readonly groups: Map<string, Group>;
}

export interface Group {
  readonly before: Decided;
  readonly after: Decided;
  count: number;
  /** Ids of the first decisions, by their order as text. */
  samples: readonly string[];
  /** Some of the connections, by their order as text. */
  connections: readonly string[];
  readonly facts: Map<string, { count: number; values: readonly string[] }>;
}

/** The decisions and the connections that a group names. */
export const samplesMax = 5;
const valuesMax = 3;

export function emptyTally(): Tally {
  return { decisions: 0, others: 0, same: 0, otherwise: 0, cannot: new Map(), groups: new Map() };
}

/** Adds what was found of one entry. Malformed ones are not counted. */
export function count(tally: Tally, replayed: Replayed): void {
  switch (replayed.kind) {
    case "malformed":
      return;
    case "other":
      tally.others++;
      return;
    case "same":
      tally.decisions++;
      tally.same++;
      return;
    case "cannot":
      tally.decisions++;
      tally.cannot.set(replayed.reason, (tally.cannot.get(replayed.reason) ?? 0) + 1);
      return;
    case "otherwise": {
      tally.decisions++;
      tally.otherwise++;
      const group = groupOf(tally, replayed);
      group.count++;
      group.samples = firstOf([...group.samples, replayed.id], samplesMax);
      group.connections = distinct(group.connections, [replayed.connection]);
      for (const { comparison, value } of replayed.facts) addFact(group, comparison, 1, [value]);
    }
  }
}

function groupOf({ groups }: Tally, { before, after }: Pick<Group, "before" | "after">): Group {
  const key = JSON.stringify([before.kind, before.forMs, before.rule, after.kind, after.forMs, after.rule]);
  const group = groups.get(key) ?? {
    before,
    after,
    count: 0,
    samples: [],
    connections: [],
    facts: new Map(),
  };
  groups.set(key, group);
  return group;
}

function addFact({ facts }: Group, comparison: string, more: number, values: readonly string[]): void {
  const found = facts.get(comparison) ?? { count: 0, values: [] };
  found.count += more;
  found.values = firstOf([...new Set([...found.values, ...values])], valuesMax);
  facts.set(comparison, found);
}

/** The first in order, so that the result does not depend on the order in which parts are added. */
function firstOf(all: readonly string[], max: number): readonly string[] {
  return all.toSorted().slice(0, max);
}

function distinct(some: readonly string[], more: readonly string[]): readonly string[] {
  return firstOf([...new Set([...some, ...more])], samplesMax);
}

/** Adds a part of the same replay. */
export function merge(into: Tally, part: Tally): void {
  into.decisions += part.decisions;
  into.others += part.others;
  into.same += part.same;
  into.otherwise += part.otherwise;
  for (const [reason, times] of part.cannot) into.cannot.set(reason, (into.cannot.get(reason) ?? 0) + times);
  for (const found of part.groups.values()) {
    const group = groupOf(into, found);
    group.count += found.count;
    group.samples = firstOf([...group.samples, ...found.samples], samplesMax);
    group.connections = distinct(group.connections, found.connections);
    for (const [comparison, { count: times, values }] of found.facts)
      addFact(group, comparison, times, values);
  }
}
