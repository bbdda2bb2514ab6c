import type { Decider } from "./compile-condition.ts";
import { Unknown, type Env, type Layout, type Slot } from "./env.ts";
import type { FieldReference } from "./field.ts";
import { foldValue } from "./fold.ts";
import { hasEach } from "./path.ts";
import type { Condition } from "./policy.ts";
import { isPlainText, listOf } from "./scalar.ts";
import { FALSE, TRUE } from "./truth.ts";

/** Something with a condition: what a group ranks and asks. */
export interface Ranked {
  readonly if: Condition;
  readonly decide: Decider;
}

/** Rules of one effect in the order of their rank, and where to find those that these facts could make true. */
export interface RuleGroup<T extends Ranked> {
  readonly rules: readonly T[];
  readonly always: readonly number[];
  readonly indexes: readonly Index[];
}

/** Rules by a text that one place must hold for any of them to be true. */
interface Index {
  readonly place: number;
  /** Whether the place must be equal to the key, or contain it as a member. */
  readonly by: "equality" | "member";
  /** Ranks, ascending. */
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  readonly all: readonly number[];
}

/** Under three rules, looking a key up costs as much as asking them. */
const indexedFrom = 3;

/** `rules` are in the order of their rank already. */
export function ruleGroup<T extends Ranked>(rules: readonly T[], layout: Layout): RuleGroup<T> {
  if (rules.length < indexedFrom) return { rules, always: rules.map((_, rank) => rank), indexes: [] };
  const needs = rules.map((rule) => necessary(rule.if, layout));
  const crowds = countKeys(needs.flat());
  const always: number[] = [];
  const indexes = new Map<string, { need: Need; byKey: Map<string, number[]>; all: number[] }>();
  for (const [rank, list] of needs.entries()) {
    const need = cheapest(list, crowds);
    if (need === undefined) {
      always.push(rank);
      continue;
    }
    const name = `${need.by} ${need.place}`;
    const index = indexes.get(name) ?? { need, byKey: new Map<string, number[]>(), all: [] };
    indexes.set(name, index);
    index.all.push(rank);
    for (const key of need.keys) index.byKey.set(key, [...(index.byKey.get(key) ?? []), rank]);
  }
  return {
    rules,
    always,
    indexes: [...indexes.values()].map(({ need, byKey, all }) => ({
      place: need.place,
      by: need.by,
      byKey,
      all,
    })),
  };
}

/** A condition without which a rule cannot be true: this place holds one of these texts. */
interface Need {
  readonly place: number;
  readonly by: Index["by"];
  readonly keys: readonly string[];
}

function necessary(condition: Condition, layout: Layout): Need[] {
  if (condition.kind === "allOf") return condition.members.flatMap((member) => necessary(member, layout));
  if (condition.kind !== "comparison") return [];
  const { subject, operator, operand } = condition;
  if (subject.kind !== "field" || hasEach(subject.reference.steps) || operand.kind !== "constant") return [];
  const right = foldValue(operand.value);
  const keys = [...new Set(operator === "in" ? listOf(right) : [right])];
  // A number or a truth value has more than one spelling; rules that name such are always asked.
  if (!keys.every(isPlainText)) return [];
  if (operator === "equals" || operator === "in")
    return [needOf(subject.reference, "equality", keys, layout)];
  return operator === "contains" ? [needOf(subject.reference, "member", keys, layout)] : [];
}

function needOf(reference: FieldReference, by: Index["by"], keys: readonly string[], layout: Layout): Need {
  return { place: layout.foldedPlace(reference), by, keys };
}

function countKeys(needs: readonly Need[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { place, by, keys } of needs)
    for (const key of keys)
      counts.set(`${by} ${place} ${key}`, (counts.get(`${by} ${place} ${key}`) ?? 0) + 1);
  return counts;
}

/** The need whose keys fewest other rules share. */
function cheapest(needs: readonly Need[], crowds: ReadonlyMap<string, number>): Need | undefined {
  const crowdOf = ({ place, by, keys }: Need) =>
    keys.reduce((most, key) => Math.max(most, crowds.get(`${by} ${place} ${key}`) ?? 0), 0);
  return needs.map((need) => ({ need, crowd: crowdOf(need) })).toSorted((a, b) => a.crowd - b.crowd)[0]?.need;
}

/** No rule of a group is true or unknown. */
export const none = -1;

/**
 * The rank of the first true rule; else `none` - 1 - the rank of the first unknown one; else `none`.
 * One number, because a decision that allocates nothing is what makes replays of a whole history cheap.
 */
export function firstOf({ rules, always, indexes }: RuleGroup<Ranked>, env: Env): number {
  let found = ask(rules, always, env, none);
  for (const index of indexes) {
    const value = env.folded[index.place];
    if (value instanceof Unknown) found = ask(rules, index.all, env, found);
    else if (index.by === "member") found = askMembers(rules, index, value, env, found);
    else if (typeof value === "string") {
      const ranks = index.byKey.get(value);
      if (ranks !== undefined) found = ask(rules, ranks, env, found);
    }
  }
  return found;
}

function askMembers(
  rules: readonly Ranked[],
  { byKey, all }: Index,
  value: Slot,
  env: Env,
  so: number,
): number {
  if (value === undefined || value === null) return so;
  // Text, and a number as text, may contain any key; an object may have it.
  if (!Array.isArray(value)) return ask(rules, all, env, so);
  let found = so;
  for (const element of value as readonly Slot[]) {
    const ranks = typeof element === "string" ? byKey.get(element) : undefined;
    if (ranks !== undefined) found = ask(rules, ranks, env, found);
  }
  return found;
}

function ask(rules: readonly Ranked[], ranks: readonly number[], env: Env, so: number): number {
  let found = so;
  for (const rank of ranks) {
    if (found >= 0 && rank >= found) return found;
    const truth = (rules[rank] as Ranked).decide(env);
    if (truth === TRUE) return rank;
    // Nearer to `none` is the lower rank.
    if (truth !== FALSE && found < 0)
      found = found === none ? none - 1 - rank : Math.max(found, none - 1 - rank);
  }
  return found;
}
