import type { FactValue } from "../values/fact.ts";
import type { FieldType } from "../language/field.ts";
import { parseInstant } from "../values/instant.ts";
import type { OperatorName } from "../language/operator.ts";
import type { Comparison, Rule } from "../language/policy.ts";
import { listOf, numberOf } from "../values/scalar.ts";
import { placeOf, shown, type Finding, type Misfit } from "./finding.ts";
import { kindOf, type Kind } from "./kind.ts";
import { literalOf } from "./literal.ts";
import { mistakenMember, mistakenText } from "./mistaken-text.ts";
import type { World } from "./world.ts";

/** A comparison of a value with what it cannot be. */
export function misfit(rule: Rule, comparison: Comparison, world: World): Finding | undefined {
  const kind = kindOf(comparison.subject, comparison.text, world);
  const found =
    mistakenFunction(comparison) ??
    (kind && (mistakenOperator(kind, comparison) ?? mistakenOperand(kind, comparison)));
  if (found === undefined) return undefined;
  const message = `rule "${rule.name}": ${found.message}`;
  return { severity: found.severity, place: placeOf(rule, comparison), message };
}

/** What a function in it is asked and is never so. */
function mistakenFunction({ subject, operand }: Comparison): Misfit | undefined {
  const left = subject.kind === "value" ? subject.formula.doubts : [];
  const right = operand.kind === "computed" ? operand.formula.doubts : [];
  const [message] = [...(left ?? []), ...(right ?? [])];
  return message === undefined ? undefined : { severity: "error", message };
}

const nouns: Partial<Record<FieldType, string>> = {
  strings: "a list",
  locations: "a list",
  object: "an object",
  number: "a number",
  boolean: "true or false",
  location: "text",
  string: "text",
  instant: "an instant",
};

const ofContainers: readonly OperatorName[] = ["contains", "exists"];
const orders: readonly OperatorName[] = ["less", "lessOrEquals", "greater", "greaterOrEquals"];

function mistakenOperator({ type, name }: Kind, comparison: Comparison): Misfit | undefined {
  const { operator } = literalOf(comparison, true);
  const isList = type === "strings" || type === "locations";
  const error = (advice: string): Misfit => ({
    severity: "error",
    message: `${comparison.operator} does not fit ${name}, which is ${nouns[type]}; ${advice}`,
  });
  if (isList && operator === "containsKey")
    return error("only an object has keys; use contains for a member");
  if (isList && !ofContainers.includes(operator)) return error(`write ${ofMembers(name, comparison)}`);
  if (type === "object" && operator !== "containsKey" && !ofContainers.includes(operator))
    return error(`name one of its keys, ${name}['key'], or use containsKey`);
  if (operator === "containsKey" && !isList && !["object", "any"].includes(type))
    return error("only an object has keys; use contains for a part of a text");
  if (type === "boolean" && orders.includes(operator))
    return error("those have no order; ask whether it equals true");
  return undefined;
}

/** What asks the members of a list the same. */
function ofMembers(name: string, comparison: Comparison): string {
  const { operator, wanted } = literalOf(comparison, true);
  const { operand } = comparison;
  const right = operand.kind === "computed" ? JSON.stringify(operand.text) : shown(operand.value);
  if (operator === "equals") return `{ field: ${name}, ${wanted ? "contains" : "notContains"}: ${right} }`;
  const where = `{ field: "${name}[*]", ${operator}: ${right} }`;
  return `count: { field: "${name}[*]", where: ${where} } with ${wanted ? "greater: 0" : "equals: 0"}`;
}

const compared: readonly OperatorName[] = ["equals", "in"];

function mistakenOperand(kind: Kind, comparison: Comparison): Misfit | undefined {
  const { operator } = literalOf(comparison, true);
  const { operand } = comparison;
  if (operand.kind === "computed" || operator === "exists") return undefined;
  const values = (operator === "in" ? listOf(operand.value) : [operand.value]).filter(
    // How people ask whether there is anything at all.
    (value) => value !== null && value !== "",
  );
  const compares = compared.includes(operator) || orders.includes(operator);
  switch (kind.type) {
    case "number":
      return compares ? unfit(kind, values, isNumber, "a number such as 50") : undefined;
    case "boolean":
      return compares ? unfit(kind, values, isBoolean, "true or false") : undefined;
    case "instant":
      return compares ? unfit(kind, values, isInstant, "an instant such as 2026-12-01T00:00:00Z") : undefined;
    case "string":
    case "location":
    case "locations":
      return mistakenText(kind, comparison, values);
    case "strings":
      return operator === "contains" ? mistakenMember(kind, values) : undefined;
    case "object":
    case "any":
      return undefined;
  }
}

function unfit(
  { name, type }: Kind,
  values: readonly FactValue[],
  fits: (value: FactValue) => boolean,
  wanted: string,
): Misfit | undefined {
  const found = values.find((value) => !fits(value));
  if (found === undefined) return undefined;
  return {
    severity: "error",
    message: `${name} is ${nouns[type]}, which ${shown(found)} never is; ${wanted} can stand here`,
  };
}

function isNumber(value: FactValue): boolean {
  return numberOf(value) !== undefined;
}

function isBoolean(value: FactValue): boolean {
  return typeof value === "boolean" || (typeof value === "string" && /^(?:true|false)$/i.test(value));
}

function isInstant(value: FactValue): boolean {
  return typeof value === "string" && parseInstant(value) !== undefined;
}
