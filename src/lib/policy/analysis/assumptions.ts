import type { Literal } from "./literal.ts";
import { union, type AbstractValue } from "./abstract-value.ts";

interface Constraint {
  possible: AbstractValue;
  readonly literals: Literal[];
  /** Literals by their predicate. */
  readonly said: Map<string, Literal>;
}

/**
 * The abstract values under the assumed literals, by key. Each alternative is a layer over the assumptions common to
 * all, so that nothing is copied.
 */
export class Assumptions {
  readonly #under: Assumptions | undefined;
  readonly #own = new Map<string, Constraint>();

  constructor(under?: Assumptions) {
    this.#under = under;
  }

  keys(): Iterable<string> {
    return this.#own.keys();
  }

  value(key: string): AbstractValue | undefined {
    return this.#own.get(key)?.possible ?? this.#under?.value(key);
  }

  /** The literal that was assumed with this predicate, whether true or false. */
  literalSaying(key: string, says: string): Literal | undefined {
    return this.#own.get(key)?.said.get(says) ?? this.#under?.literalSaying(key, says);
  }

  /** The literals assumed about a value; at most the last `most` of each layer. */
  literals(key: string, most = Infinity): Literal[] {
    const own = this.#own.get(key)?.literals ?? [];
    return [...(this.#under?.literals(key, most) ?? []), ...own.slice(-most)];
  }

  add(literal: Literal, possible: AbstractValue): void {
    const left = this.#leave(literal.key, possible);
    left.literals.push(literal);
    left.said.set(literal.says, literal);
  }

  /** Joins the layers of alternatives: all assumptions of a single layer, or the union of the values of several. */
  join(layers: readonly Assumptions[]): void {
    const [first, ...others] = layers;
    if (first === undefined) return;
    for (const [key, { possible, literals }] of first.#own) {
      if (others.length === 0) {
        for (const literal of literals) this.add(literal, possible);
        if (literals.length === 0) this.#leave(key, possible);
        continue;
      }
      const all = others.map((each) => each.#own.get(key)?.possible);
      if (all.every((each) => each?.present?.kind === "among"))
        this.#leave(key, union([possible, ...(all as AbstractValue[])]));
    }
  }

  #leave(key: string, possible: AbstractValue): Constraint {
    const before = this.#own.get(key);
    if (before === undefined) {
      const left = { possible, literals: [], said: new Map<string, Literal>() };
      this.#own.set(key, left);
      return left;
    }
    before.possible = possible;
    return before;
  }
}
