import { follow, Unknown, valueAt, valuesAt, valuesOf } from "./env.ts";
import { ExpressionInvalid } from "./expression.ts";
import type { FactValue } from "./fact.ts";
import type { FieldReference } from "./field.ts";
import type { CountScope, Formula, Names } from "./formula.ts";
import { hasEach, parsePath, type Step } from "./path.ts";

/** `field('…')` as a value: null where it is absent, the list of its values where it has `[*]`. */
export function fieldFormula(text: string, names: Names): Formula {
  const reference = names.catalogue.resolve(text);
  if ("problem" in reference) throw new ExpressionInvalid(reference.problem);
  const within = elementOf(reference, names.counts);
  if (within !== undefined) return elementFormula(within.depth, within.steps, reference);
  const rest = { references: [reference], constant: false };
  if (hasEach(reference.steps)) return { ...rest, compute: (env) => listed(valuesOf(reference, env)) };
  return { ...rest, plain: reference, compute: (env) => valueAt(reference, env) ?? null };
}

/**
 * `current()` is the innermost count's element; `current('name')` that of a value count; `current('field[*].x')`
 * that of a count over the field, or something in it.
 */
export function currentFormula(name: string | undefined, names: Names): Formula {
  const { counts } = names;
  if (counts.length === 0) throw new ExpressionInvalid("current() can stand only inside a count's where");
  if (name === undefined) return elementFormula(counts.length - 1, []);
  const steps = parsePath(name) ?? [];
  const [first] = steps;
  const named = first?.kind === "key" ? first.key.toLowerCase() : undefined;
  const depth = counts.findLastIndex(
    (count) => count.name !== undefined && count.name.toLowerCase() === named,
  );
  if (depth >= 0) return elementFormula(depth, steps.slice(1));
  const reference = names.catalogue.resolve(name);
  const within = "problem" in reference ? undefined : elementOf(reference, counts);
  if (within !== undefined) return elementFormula(within.depth, within.steps);
  throw new ExpressionInvalid(`no count around this goes through "${name}"`);
}

function elementFormula(depth: number, steps: readonly Step[], reference?: FieldReference): Formula {
  return {
    compute: ({ current }) => {
      const element = current[depth] ?? null;
      return hasEach(steps) ? listed(valuesAt(element, steps)) : (follow(element, steps) ?? null);
    },
    references: reference === undefined ? [] : [reference],
    constant: false,
  };
}

function listed(found: ReturnType<typeof valuesAt>): FactValue | Unknown {
  if (found instanceof Unknown) return found;
  return found.map((each) => (each === undefined || each instanceof Unknown ? null : each));
}

/** The count whose element a reference lies in, innermost first, and the way on from that element. */
export function elementOf(
  reference: FieldReference,
  counts: readonly CountScope[],
): { readonly depth: number; readonly steps: readonly Step[] } | undefined {
  for (let depth = counts.length - 1; depth >= 0; depth--) {
    const around = counts[depth]?.reference;
    if (around === undefined || around.slot !== reference.slot) continue;
    const { length } = around.steps;
    const inside = around.steps.every((step, index) => sameStep(step, reference.steps[index]));
    if (length <= reference.steps.length && inside) return { depth, steps: reference.steps.slice(length) };
  }
  return undefined;
}

function sameStep(left: Step, right: Step | undefined): boolean {
  if (left.kind === "each") return right?.kind === "each";
  return right?.kind === "key" && left.key.toLowerCase() === right.key.toLowerCase();
}
