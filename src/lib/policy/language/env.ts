import type { Fact, Facts, FactValue } from "../values/fact.ts";
import { unknownReasons, type UnknownReason } from "../values/unknown-reason.ts";
import type { FieldReference } from "./fields.ts";
import { foldText, foldValue } from "../values/fold-text.ts";
import { parseRange, type IpRange } from "../values/ip-range.ts";
import { printSteps, type Step } from "../values/path.ts";

/** A value that could not be read or computed. */
export class Unknown {
  readonly reason: UnknownReason;

  constructor(reason: UnknownReason) {
    this.reason = reason;
  }
}

const functionFailed = new Unknown("function-failed");

/** A failed function call. Formatted only on demand, since most failures do not matter. */
export class Failed extends Unknown {
  readonly of: string;
  readonly values: readonly FactValue[];
  readonly why: string;

  constructor(of: string, values: readonly FactValue[], why: string) {
    super("function-failed");
    this.of = of;
    this.values = values;
    this.why = why;
  }
}

/** The content of a slot: a value, undefined if absent, or Unknown. */
export type Slot = FactValue | undefined | Unknown;

/** A prepared value: folded, or parsed as an address range. */
export type Prepared = Slot | IpRange;

/** The facts of one evaluation, folded and parsed once, so that decisions only compare. */
export interface Env {
  readonly facts: Facts;
  /** The values that comparisons read, by their index in the layout. */
  readonly values: readonly Prepared[];
  readonly layout: Layout;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The current elements of the enclosing counts, outermost first. */
  readonly current: FactValue[];
}

/** The values that the conditions of a policy read, each with an index, so that they are prepared once. */
export class Layout {
  readonly values: { readonly reference: FieldReference; readonly isRange: boolean }[] = [];
  readonly #indexes = new Map<string, number>();

  foldedIndex(reference: FieldReference): number {
    return this.#index(reference, false);
  }

  rangeIndex(reference: FieldReference): number {
    return this.#index(reference, true);
  }

  #index(reference: FieldReference, isRange: boolean): number {
    const key = `${isRange} ${reference.slot} ${printSteps(reference.steps).toLowerCase()}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.values.length);
    return this.values.push({ reference, isRange }) - 1;
  }
}

/** The environment that constant expressions are computed in: they read nothing of it. */
export const envWithoutFacts: Env = { facts: [], values: [], layout: new Layout(), now: 0, current: [] };

export function prepare(facts: Facts, layout: Layout, now: number, current: FactValue[] = []): Env {
  return {
    facts,
    // map allocates the exact length, which matters in replays over many decisions.
    values: layout.values.map(({ reference: { slot, steps }, isRange }) => {
      const value = follow(slotOf(facts[slot]), steps);
      return isRange ? rangeOf(value) : foldSlot(value);
    }),
    layout,
    now,
    current,
  };
}

function foldSlot(value: Slot): Slot {
  return value instanceof Unknown || value === undefined ? value : foldValue(value);
}

function rangeOf(value: Slot): IpRange | Unknown {
  if (value instanceof Unknown) return value;
  return (typeof value === "string" ? parseRange(value) : undefined) ?? functionFailed;
}

const unknowns = new Map(unknownReasons.map((reason) => [reason, new Unknown(reason)]));

function slotOf(fact: Fact | undefined): Slot {
  if (fact?.kind === "known") return fact.value;
  return fact?.kind === "unknown" ? unknowns.get(fact.reason) : undefined;
}

/** The value of a reference without `[*]`. */
export function valueAt({ slot, steps }: FieldReference, { facts }: Env): Slot {
  return follow(slotOf(facts[slot]), steps);
}

export function follow(value: Slot, steps: readonly Step[]): Slot {
  if (steps.length === 0) return value;
  let at = value;
  for (const step of steps) {
    if (at instanceof Unknown || at === undefined) return at;
    at = stepInto(at, step);
  }
  return at;
}

function stepInto(value: FactValue, step: Step): FactValue | undefined {
  switch (step.kind) {
    case "key":
      return propertyOf(value, step.key);
    case "derived":
      return step.derive(value);
    case "each":
      return undefined;
  }
}

/** The members of a list, each undefined if absent, or Unknown if the list is. */
type Values = readonly (FactValue | undefined)[] | Unknown;

/** All values of a reference with `[*]`. */
export function valuesOf({ slot, steps }: FieldReference, { facts }: Env): Values {
  return valuesAt(slotOf(facts[slot]), steps);
}

/** All values of a path with `[*]`, with nested lists flattened; none for a missing list. */
export function valuesAt(value: Slot, steps: readonly Step[]): Values {
  const each = steps.findIndex(({ kind }) => kind === "each");
  if (each < 0) {
    const found = follow(value, steps);
    return found instanceof Unknown ? found : [found];
  }
  const list = follow(value, steps.slice(0, each));
  if (list instanceof Unknown) return list;
  if (!Array.isArray(list)) return [];
  const rest = steps.slice(each + 1);
  // Nothing inside a known value is unknown.
  return (list as readonly FactValue[]).flatMap(
    (element) => valuesAt(element, rest) as readonly (FactValue | undefined)[],
  );
}

/** The value under a key, ignoring case as Azure's tags and properties do. */
export function propertyOf(value: FactValue, key: string): FactValue | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const object = value as { readonly [name: string]: FactValue };
  if (Object.hasOwn(object, key)) return object[key];
  const wanted = foldText(key);
  // Azure has no two tags that differ only by case. For other JSON, the result must not depend on the order of keys.
  const [name] = Object.keys(object)
    .filter((each) => foldText(each) === wanted)
    .toSorted();
  return name === undefined ? undefined : object[name];
}
