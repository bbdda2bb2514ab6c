import { checkValue, writtenText } from "./check-operand.ts";
import { isExpression } from "../language/expression.ts";
import type { FieldReference } from "../language/fields.ts";
import { elementOf } from "../language/field-formula.ts";
import { constantFormula } from "../language/compile-expression.ts";
import type { Formula, Names } from "../language/formula.ts";
import type { Source } from "../source/parse.ts";
import type { Subject } from "../language/policy.ts";
import { printShort } from "../values/print-short.ts";
import type { CheckContext } from "./check-context.ts";

export function checkField(source: Source, context: CheckContext): FieldReference | undefined {
  const name = checkFieldName(source, context);
  if (name === undefined) return undefined;
  const reference = context.catalogue.resolve(name);
  if (!("problem" in reference)) return reference;
  context.problems.add(source.at, reference.problem);
  return undefined;
}

/** The name of a field, written out or as an expression of constants and parameters. */
function checkFieldName(source: Source, context: CheckContext): string | undefined {
  const written = writtenText(source);
  if (source.kind !== "scalar" || !isExpression(written)) return written;
  const operand = checkValue(source, context, context.problems);
  if (operand === undefined) return undefined;
  if (operand.kind === "constant" && typeof operand.value === "string") return operand.value;
  context.problems.add(
    source.at,
    operand.kind === "constant"
      ? `a field needs a name, but this expression gives ${printShort(operand.value)}`
      : "the name of a field may depend only on constants and parameters; to compare a value computed from facts, write value: instead of field:",
  );
  return undefined;
}

/** A reference to a field; inside a count over that field it refers to the current element. */
export function resolveElement(
  reference: FieldReference,
  { counts }: Names,
): Extract<Subject, { kind: "field" | "element" }> {
  const within = elementOf(reference, counts);
  return within === undefined ? { kind: "field", reference } : { kind: "element", reference, ...within };
}

export function checkValueFormula(source: Source, context: CheckContext): Formula | undefined {
  const operand = checkValue(source, context, context.problems);
  if (operand?.kind !== "constant") return operand?.formula;
  return constantFormula(operand.value);
}
