import type { Literal } from "./literal.ts";
import { union, type Possible } from "./possible.ts";

interface Left {
  possible: Possible;
  /** By what each literal says. */
  readonly literals: Map<string, Literal>;
}

/**
 * What the literals that were assumed leave of each value, by its key. Alternatives are layers over what holds for all
 * of them, so that none is copied.
 */
export class Assumed {
  readonly #under: Assumed | undefined;
  readonly #own = new Map<string, Left>();

  constructor(under?: Assumed) {
    this.#under = under;
  }

  keys(): Iterable<string> {
    return this.#own.keys();
  }

  possible(key: string): Possible | undefined {
    return this.#own.get(key)?.possible ?? this.#under?.possible(key);
  }

  /** What was assumed of a value in these words, whether it was to be true or false. */
  said(key: string, says: string): Literal | undefined {
    return this.#own.get(key)?.literals.get(says) ?? this.#under?.said(key, says);
  }

  literals(key: string): Literal[] {
    return [...(this.#under?.literals(key) ?? []), ...(this.#own.get(key)?.literals.values() ?? [])];
  }

  add(literal: Literal, possible: Possible): void {
    this.#leave(literal.key, possible).literals.set(literal.says, literal);
  }

  /** Takes over what holds in each of these layers over it: all of one, and of several the values that are left. */
  join(layers: readonly Assumed[]): void {
    const [first, ...others] = layers;
    if (first === undefined) return;
    for (const [key, { possible, literals }] of first.#own) {
      if (others.length === 0) {
        const left = this.#leave(key, possible);
        for (const [says, literal] of literals) left.literals.set(says, literal);
        continue;
      }
      const all = others.map((each) => each.#own.get(key)?.possible);
      if (all.every((each) => each?.present?.kind === "among"))
        this.#leave(key, [possible, ...(all as Possible[])].reduce(union));
    }
  }

  #leave(key: string, possible: Possible): Left {
    const before = this.#own.get(key);
    if (before === undefined) {
      const left = { possible, literals: new Map<string, Literal>() };
      this.#own.set(key, left);
      return left;
    }
    before.possible = possible;
    return before;
  }
}
