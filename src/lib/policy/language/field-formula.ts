import { follow, Unknown, valueAt, valuesAt, valuesOf } from "./env.ts";
import { ExpressionInvalid } from "./expression.ts";
import type { FactValue } from "../values/fact.ts";
import type { FieldReference, FieldType } from "./fields.ts";
import type { CountScope, Formula, Names } from "./formula.ts";
import type { Kind } from "./function-parameter.ts";
import { hasEach, parsePath, sameStep, type Step } from "../values/path.ts";
import { requesterTrust, trustOfField } from "./trust.ts";
import type { Trusted } from "./formula.ts";

/**
 * Compiles `field('…')`: null if absent, the list of its values with `[*]`. Inside a count over the list it is a list
 * of one ("Author policies for array properties on Azure resources"); the element itself is `current()`.
 */
export function fieldFormula(text: string, names: Names): Formula {
  const reference = names.catalogue.resolve(text);
  if ("problem" in reference) throw new ExpressionInvalid(reference.problem);
  const within = elementOf(reference, names.counts);
  if (within === undefined) return referenceFormula(reference);
  const { depth, steps } = within;
  return {
    compute: ({ current }) => presentMembers(valuesAt(current[depth], steps)),
    references: [reference],
    constant: false,
    trust: trustOfField(reference),
    list: text,
    kind: "array",
    isCounted: true,
  };
}

function referenceFormula(reference: FieldReference): Formula {
  const rest = {
    references: [reference],
    constant: false,
    trust: trustOfField(reference),
    ...(isList(reference) ? { list: reference.field.name } : {}),
    lowerCase: reference.field.lowerCase === true,
    ...(reference.field.type === "instant" ? { isInstant: true as const } : {}),
    ...kindAt(reference),
  };
  if (hasEach(reference.steps))
    return { ...rest, compute: (env) => presentMembers(valuesOf(reference, env)) };
  return { ...rest, plain: reference, absentIsNull: true, compute: (env) => valueAt(reference, env) ?? null };
}

/**
 * Compiles `field('endpoint.tags')['owner']` as `field('endpoint.tags.owner')`, null if missing. Undefined for other
 * members.
 */
export function memberOfField({ plain }: Formula, { possibleValues }: Formula): Formula | undefined {
  const key = possibleValues?.length === 1 ? possibleValues[0] : undefined;
  if (plain === undefined || typeof key !== "string") return undefined;
  const holdsKeys = plain.field.type === "object" || plain.field.type === "any";
  return holdsKeys
    ? referenceFormula({ ...plain, steps: [...plain.steps, { kind: "key", key }] })
    : undefined;
}

const kinds: Readonly<Record<FieldType, Kind | undefined>> = {
  string: "string",
  location: "string",
  instant: "string",
  number: "number",
  boolean: "boolean",
  strings: "array",
  locations: "array",
  object: "object",
  any: undefined,
};

function kindAt({ field, steps }: FieldReference): Pick<Formula, "kind"> {
  const kind = hasEach(steps) ? "array" : steps.length === 0 ? kinds[field.type] : undefined;
  return kind === undefined ? {} : { kind };
}

/** Whether a reference is the whole list of a field. */
function isList({ field: { type }, steps }: FieldReference): boolean {
  return type === "strings" || type === "locations" ? steps.length < 2 : false;
}

/**
 * Compiles `current()`, the innermost count's element, `current('name')`, that of a named count over a value, and
 * `current('field[*].x')`, that of a count over the field, or a part of it.
 */
export function currentFormula(name: string | undefined, names: Names): Formula {
  const { counts } = names;
  if (counts.length === 0)
    throw new ExpressionInvalid("current() is only allowed inside the where of a count");
  const at = (depth: number, inside: readonly Step[]) => elementFormula(depth, inside, counts[depth]);
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
  throw new ExpressionInvalid(`current('${name}') is not inside a count over "${name}"`);
}

/** The trust in and the possible values of a part of an element. */
function knownOfElement(scope: CountScope | undefined, steps: readonly Step[]): Trusted {
  if (scope === undefined) return { trust: requesterTrust };
  const { trust, possibleValues } = scope.element;
  return { trust, ...(possibleValues === undefined || steps.length > 0 ? {} : { possibleValues }) };
}

function elementFormula(depth: number, steps: readonly Step[], scope: CountScope | undefined): Formula {
  return {
    ...knownOfElement(scope, steps),
    compute: ({ current }) => {
      const element = current[depth] ?? null;
      return hasEach(steps) ? presentMembers(valuesAt(element, steps)) : (follow(element, steps) ?? null);
    },
    references: [],
    constant: false,
    lowerCase: scope?.reference?.field.lowerCase === true,
    // A null in a constant list of the policy stays null.
    absentIsNull: !hasEach(steps) && (steps.length > 0 || scope?.reference !== undefined),
  };
}

/** The values of the members that have one, as in Azure's `field('a[*].b')`. */
function presentMembers(found: ReturnType<typeof valuesAt>): FactValue | Unknown {
  if (found instanceof Unknown) return found;
  return found.filter((each) => each !== undefined);
}

/** The innermost count whose element a reference lies in, and the steps from that element. */
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
