import { comparisonsOf } from "../language/find-comparisons.ts";
import type { FactValue } from "../values/fact.ts";
import type { FieldType } from "../language/fields.ts";
import { parseInstant } from "../values/instant.ts";
import { orderOperators, type OperatorName } from "../language/operators.ts";
import type { Comparison, Rule } from "../language/policy.ts";
import { listOf, numberOf } from "../values/scalar.ts";
import { placeOf, printValue, type Finding, type Mismatch } from "./finding.ts";
import { subjectTypeOf, type SubjectType } from "./subject-type.ts";
import { literalOf } from "./literal.ts";
import { invalidMember, invalidText } from "./invalid-text.ts";
import type { FactModel } from "./fact-model.ts";

/** Finds comparisons of a value with one that it can never have. */
export function typeMismatches(rule: Rule, model: FactModel): Finding[] {
  return comparisonsOf(rule.if).flatMap(({ comparison }) => typeMismatch(rule, comparison, model) ?? []);
}

function typeMismatch(rule: Rule, comparison: Comparison, model: FactModel): Finding | undefined {
  const subject = subjectTypeOf(comparison.subject, comparison.text, model);
  const found =
    impossibleFunction(comparison) ??
    (subject && (unsuitableOperator(subject, comparison) ?? unsuitableOperand(subject, comparison)));
  if (found === undefined) return undefined;
  const message = `rule "${rule.name}": ${found.message}`;
  return { severity: found.severity, place: placeOf(rule, comparison), message };
}

/** The message about a function in the comparison that is never true. */
function impossibleFunction({ subject, operand }: Comparison): Mismatch | undefined {
  const left = subject.kind === "value" ? subject.formula.impossible : [];
  const right = operand.kind === "computed" ? operand.formula.impossible : [];
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

const containerOperators: readonly OperatorName[] = ["contains", "exists"];

function unsuitableOperator({ type, name }: SubjectType, comparison: Comparison): Mismatch | undefined {
  const { operator } = literalOf(comparison, true);
  const isList = type === "strings" || type === "locations";
  const error = (advice: string): Mismatch => ({
    severity: "error",
    message: `${comparison.operator} cannot be used with ${name}, which is ${nouns[type]}; ${advice}`,
  });
  if (isList && operator === "containsKey") return error("only objects have keys; for a member use contains");
  if (isList && !containerOperators.includes(operator))
    return error(`write ${memberCondition(name, comparison)}`);
  if (type === "object" && operator !== "containsKey" && !containerOperators.includes(operator))
    return error(`compare one of its keys, ${name}['key'], or use containsKey`);
  if (operator === "containsKey" && !isList && !["object", "any"].includes(type))
    return error("only objects have keys; for a part of a text use contains");
  if (type === "boolean" && orderOperators.includes(operator))
    return error("use equals: true or equals: false");
  return undefined;
}

/** The condition that tests the members of the list instead. */
function memberCondition(name: string, comparison: Comparison): string {
  const { operator, wanted } = literalOf(comparison, true);
  const { operand } = comparison;
  const right = operand.kind === "computed" ? JSON.stringify(operand.text) : printValue(operand.value);
  if (operator === "equals") return `{ field: ${name}, ${wanted ? "contains" : "notContains"}: ${right} }`;
  const where = `{ field: "${name}[*]", ${operator}: ${right} }`;
  return `count: { field: "${name}[*]", where: ${where} } with ${wanted ? "greater: 0" : "equals: 0"}`;
}

const compared: readonly OperatorName[] = ["equals", "in"];

function unsuitableOperand(subject: SubjectType, comparison: Comparison): Mismatch | undefined {
  const { operator } = literalOf(comparison, true);
  const { operand } = comparison;
  if (operand.kind === "computed" || operator === "exists") return undefined;
  const values = (operator === "in" ? listOf(operand.value) : [operand.value]).filter(
    // These test whether there is a value at all.
    (value) => value !== null && value !== "",
  );
  const compares = compared.includes(operator) || orderOperators.includes(operator);
  switch (subject.type) {
    case "number":
      return compares ? wrongType(subject, values, isNumber, "a number such as 50") : undefined;
    case "boolean":
      return compares ? wrongType(subject, values, isBoolean, "true or false") : undefined;
    case "instant":
      return compares
        ? wrongType(subject, values, isInstant, "an instant such as 2026-12-01T00:00:00Z")
        : undefined;
    case "string":
    case "location":
    case "locations":
      return invalidText(subject, comparison, values);
    case "strings":
      return operator === "contains" ? invalidMember(subject, values) : undefined;
    case "object":
    case "any":
      return undefined;
  }
}

function wrongType(
  { name, type }: SubjectType,
  values: readonly FactValue[],
  fits: (value: FactValue) => boolean,
  wanted: string,
): Mismatch | undefined {
  const found = values.find((value) => !fits(value));
  if (found === undefined) return undefined;
  return {
    severity: "error",
    message: `${name} is ${nouns[type]}, but ${printValue(found)} is not; use ${wanted}`,
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
