import { normaliseLocation } from "./location.ts";
import {
  evaluateExpression,
  ExpressionInvalid,
  isExpression,
  unescape,
  type Parameters,
} from "./expression.ts";
import type { FactValue } from "./fact.ts";
import type { Field } from "./field.ts";
import { operators, type OperatorName } from "./operator.ts";
import type { Source } from "./parse.ts";
import type { Problems } from "./problem.ts";

/** The plain value of a located tree; expressions stay text. */
export function operandOf(source: Source): FactValue {
  if (source.kind === "scalar") return source.value;
  if (source.kind === "list") return source.items.map(operandOf);
  return Object.fromEntries(source.entries.map(({ key, value }) => [key, operandOf(value)]));
}

/** The right side of a condition, computed and normalised for its field; undefined with a problem where it cannot be. */
export function checkOperand(
  source: Source,
  operator: OperatorName,
  field: Field,
  parameters: Parameters,
  problems: Problems,
): FactValue | undefined {
  const value = resolve(source, parameters, problems);
  if (value === undefined) return undefined;
  const refusal = operators[operator].refuses(value);
  if (refusal !== undefined) {
    problems.add(source.at, `${operator}: ${refusal}`);
    return undefined;
  }
  return field.type.startsWith("location") && operator !== "exists" ? normaliseLocations(value) : value;
}

function resolve(source: Source, parameters: Parameters, problems: Problems): FactValue | undefined {
  if (source.kind === "list") {
    const items = source.items.map((item) => resolve(item, parameters, problems));
    return items.includes(undefined) ? undefined : (items as FactValue[]);
  }
  if (source.kind === "map") return operandOf(source);
  if (typeof source.value !== "string") return source.value;
  if (!isExpression(source.value)) return unescape(source.value);
  try {
    return evaluateExpression(source.value, parameters);
  } catch (error) {
    if (!(error instanceof ExpressionInvalid)) throw error;
    problems.add(source.at, error.message);
    return undefined;
  }
}

function normaliseLocations(value: FactValue): FactValue {
  if (Array.isArray(value)) return (value as readonly FactValue[]).map(normaliseLocations);
  return typeof value === "string" ? normaliseLocation(value) : value;
}
