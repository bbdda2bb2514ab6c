import type { Mutant } from "./mutants.ts";

/** A mutant that is in the source beside what it replaces, and is switched on by its number. */
export interface Switch extends Mutant {
  readonly id: number;
}

/** The function that the source asks whether a mutant is on. `switching-runner.ts` defines it. */
export const switchName = "drawbridgeMutantIsOn";

/**
 * A source that has all these mutants, so that they are tried without loading anything again: `a === b` becomes
 * `(isOn(7) ? (((a) !== (b))) : (a === b))`. The lines stay where they were.
 */
export function withSwitches(source: string, switches: readonly Switch[]): string {
  const outermostFirst = switches.toSorted((a, b) => a.at - b.at || endOf(b) - endOf(a));
  return `const isOn = globalThis.${switchName}; ${rendered(source, 0, source.length, outermostFirst)}`;
}

/** The source between two places. `inside` has the mutants in it, the outermost first. */
function rendered(source: string, from: number, to: number, inside: readonly Switch[]): string {
  let [text, at] = ["", from];
  for (let index = 0; index < inside.length;) {
    const [first, ...others] = inside.slice(index) as [Switch, ...Switch[]];
    const within = others.filter((each) => each.at < endOf(first));
    const here = [first, ...within.filter((each) => isSamePlace(each, first))];
    const deeper = within.filter((each) => !isSamePlace(each, first));
    const original = rendered(source, first.at, endOf(first), deeper);
    text += source.slice(at, first.at) + (isStatement(first) ? statement : expression)(here, original);
    at = endOf(first);
    index += 1 + within.length;
  }
  return text + source.slice(at, to);
}

function expression(mutants: readonly Switch[], original: string): string {
  const choices = mutants.map(({ id, replacement }) => `isOn(${id}) ? (${replacement}) : `);
  return `(${choices.join("")}(${original}))`;
}

/** In braces, because it may be all of a branch of an `if`. */
function statement(mutants: readonly Switch[], original: string): string {
  const [{ id, replacement }] = mutants as [Switch];
  return replacement === ";"
    ? `{ if (!isOn(${id})) { ${original} } }`
    : `{ if (isOn(${id})) ${replacement} ${original} }`;
}

function isStatement({ replacement }: Switch): boolean {
  return replacement.endsWith(";");
}

function isSamePlace(a: Switch, b: Switch): boolean {
  return a.at === b.at && a.original.length === b.original.length;
}

function endOf({ at, original }: Switch): number {
  return at + original.length;
}
