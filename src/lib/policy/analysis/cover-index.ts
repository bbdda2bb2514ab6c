import type { FactValue } from "../values/fact.ts";
import { foldValue } from "../values/fold-text.ts";
import type { Condition, Rule } from "../language/policy.ts";
import { initialValue, type Analysis } from "./assume.ts";
import type { Assumptions } from "./assumptions.ts";
import { literalOf, type Literal } from "./literal.ts";

/** A rule that may shadow another one, and one of the alternatives that make it true. */
export interface Cover {
  readonly rule: Rule;
  readonly when: Condition;
}

/** The most rules per key that are examined, which bounds the time of the analysis. */
const candidatesMax = 12;

/** Indexes rules by a literal that must hold where they are true, so that not every pair has to be compared. */
export class CoverIndex {
  readonly #byKey = new Map<string, Cover[]>();

  constructor(covers: readonly Cover[], analysis: Analysis) {
    const keyed = covers.map((cover) => ({ cover, keys: keysOfLiterals(cover.when, analysis) }));
    const frequency = new Map<string, number>();
    for (const key of keyed.flatMap(({ keys }) => keys.flat()))
      frequency.set(key, (frequency.get(key) ?? 0) + 1);
    // Not spread into arguments: a list in a policy may have more members than a call can take.
    const frequencyOf = (keys: readonly string[]) =>
      keys.reduce((most, key) => Math.max(most, frequency.get(key) ?? 0), 0);
    for (const { cover, keys } of keyed) {
      // The most selective keys.
      const chosen = keys.reduce<readonly string[] | undefined>(
        (best, each) => (best === undefined || frequencyOf(each) < frequencyOf(best) ? each : best),
        undefined,
      );
      for (const key of chosen ?? [always]) this.#put(key, cover);
    }
  }

  #put(key: string, cover: Cover): void {
    const list = this.#byKey.get(key);
    if (list === undefined) this.#byKey.set(key, [cover]);
    else if (list.length < candidatesMax) list.push(cover);
  }

  /** The rules that may be true under these assumptions. */
  *candidates(assumed: Assumptions): Generator<Cover> {
    yield* this.#byKey.get(always) ?? [];
    for (const key of assumed.keys()) {
      for (const literal of assumed.literals(key)) yield* this.#byKey.get(identity(literal)) ?? [];
      const present = assumed.value(key)?.present;
      if (present?.kind === "among") yield* this.#byKey.get(byValue(key, present.values[0] ?? null)) ?? [];
      yield* this.#byKey.get(byKey(key)) ?? [];
    }
  }
}

const always = "always";

/** The index keys for each literal that must hold. */
function keysOfLiterals(condition: Condition, analysis: Analysis): string[][] {
  return literalsOf(condition, true).map((literal) => {
    const values = valuesOf(literal, analysis);
    return values === undefined
      ? [identity(literal), byKey(literal.key)]
      : values.map((value) => byValue(literal.key, value));
  });
}

function literalsOf(condition: Condition, positive: boolean): Literal[] {
  if (condition.kind === "comparison") return [literalOf(condition, positive)];
  if (condition.kind === "not") return literalsOf(condition.member, !positive);
  return (condition.kind === "allOf") === positive
    ? condition.members.flatMap((member) => literalsOf(member, positive))
    : [];
}

/** All values for which a literal is true, if they are a finite set. */
function valuesOf(literal: Literal, analysis: Analysis): readonly FactValue[] | undefined {
  if (literal.comparison.subject.kind === "count") return undefined;
  const { missing, present } = analysis.narrow(initialValue(literal.comparison, analysis), literal);
  return !missing && present?.kind === "among" && present.values.length > 0 ? present.values : undefined;
}

function identity({ key, says, wanted }: Literal): string {
  return `is ${key} ${says} ${wanted}`;
}

function byValue(key: string, value: FactValue): string {
  return `value ${key} ${JSON.stringify(foldValue(value))}`;
}

function byKey(key: string): string {
  return `of ${key}`;
}
