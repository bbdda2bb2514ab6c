import { follow, Unknown, valueAt, valuesAt, valuesOf } from "./env.ts";
import { ExpressionInvalid } from "./expression.ts";
import type { FactValue } from "./fact.ts";
import type { FieldReference } from "./field.ts";
import type { CountScope, Formula, Names } from "./formula.ts";
import { hasEach, parsePath, type Step } from "./path.ts";
import { requester, trustOfField, type Trusted } from "./trust.ts";

/** `field('…')` as a value: null where it is absent, the list of its values where it has `[*]`. */
export function fieldFormula(text: string, names: Names): Formula {
  const reference = names.catalogue.resolve(text);
  if ("problem" in reference) throw new ExpressionInvalid(reference.problem);
  const within = elementOf(reference, names.counts);
  if (within !== undefined) return elementFormula(within, { trust: trustOfField(reference) }, reference);
  return referenceFormula(reference);
}

function referenceFormula(reference: FieldReference): Formula {
  const rest = {
    references: [reference],
    constant: false,
    trust: trustOfField(reference),
    ...(isList(reference) ? { list: reference.field.name } : {}),
  };
  if (hasEach(reference.steps)) return { ...rest, compute: (env) => listed(valuesOf(reference, env)) };
  return { ...rest, plain: reference, compute: (env) => valueAt(reference, env) ?? null };
}

/** `field('endpoint.tags')['owner']` is `field('endpoint.tags.owner')`: null where it is missing. Undefined for other members. */
export function memberOfField({ plain }: Formula, { among }: Formula): Formula | undefined {
  const key = among?.length === 1 ? among[0] : undefined;
  if (plain === undefined || typeof key !== "string") return undefined;
  const holdsKeys = plain.field.type === "object" || plain.field.type === "any";
  return holdsKeys
    ? referenceFormula({ ...plain, steps: [...plain.steps, { kind: "key", key }] })
    : undefined;
}

/** Whether a reference stands for the whole list that a field holds. */
function isList({ field: { type }, steps }: FieldReference): boolean {
  return type === "strings" || type === "locations" ? steps.length < 2 : false;
}

/**
 * `current()` is the innermost count's element; `current('name')` that of a value count; `current('field[*].x')`
 * that of a count over the field, or something in it.
 */
export function currentFormula(name: string | undefined, names: Names): Formula {
  const { counts } = names;
  if (counts.length === 0) throw new ExpressionInvalid("current() can stand only inside a count's where");
  const at = (depth: number, inside: readonly Step[]) =>
    elementFormula({ depth, steps: inside }, elementAt(counts[depth], inside));
  if (name === undefined) return at(counts.length - 1, []);
  const steps = parsePath(name) ?? [];
  const [first] = steps;
  const named = first?.kind === "key" ? first.key.toLowerCase() : undefined;
  const depth = counts.findLastIndex(
    (count) => count.name !== undefined && count.name.toLowerCase() === named,
  );
  if (depth >= 0) return at(depth, steps.slice(1));
  const reference = names.catalogue.resolve(name);
  const within = "problem" in reference ? undefined : elementOf(reference, counts);
  if (within !== undefined) return at(within.depth, within.steps);
  throw new ExpressionInvalid(`no count around this goes through "${name}"`);
}

/** What is known at load of something in an element. */
function elementAt(scope: CountScope | undefined, steps: readonly Step[]): Trusted {
  if (scope === undefined) return { trust: requester };
  const { trust, among } = scope.element;
  return { trust, ...(among === undefined || steps.length > 0 ? {} : { among }) };
}

function elementFormula(
  { depth, steps }: { readonly depth: number; readonly steps: readonly Step[] },
  known: Trusted,
  reference?: FieldReference,
): Formula {
  return {
    ...known,
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
