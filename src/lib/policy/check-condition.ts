import { checkOperand } from "./check-operand.ts";
import type { Parameters } from "./expression.ts";
import type { Catalogue } from "./field.ts";
import { unexpectedKey } from "./keys.ts";
import { operatorNames, type OperatorName } from "./operator.ts";
import type { Entry, Source, SourceMap } from "./parse.ts";
import type { Condition } from "./policy.ts";
import type { Problems } from "./problem.ts";

export interface Scope {
  readonly catalogue: Catalogue;
  readonly parameters: Parameters;
  readonly problems: Problems;
}

const logical: readonly string[] = ["allOf", "anyOf", "not"];

/** A located tree to a condition; undefined with problems where it is none. */
export function checkCondition(source: Source, path: string, scope: Scope): Condition | undefined {
  if (source.kind !== "map" || source.entries.length === 0) {
    scope.problems.add(
      source.at,
      "a condition must stand here: allOf, anyOf, not, or a field with one operator",
    );
    return undefined;
  }
  const connective = source.entries.find(({ key }) => logical.includes(key));
  return connective === undefined
    ? checkFieldCondition(source, path, scope)
    : checkConnective(source, connective, path, scope);
}

function checkConnective(source: SourceMap, entry: Entry, path: string, scope: Scope): Condition | undefined {
  for (const { key, keyAt } of source.entries)
    if (key !== entry.key) scope.problems.add(keyAt, `"${key}" cannot stand beside ${entry.key}`);
  const inner = `${path}.${entry.key}`;
  if (entry.key === "not") {
    const member = checkCondition(entry.value, inner, scope);
    return member && { kind: "not", member, path: inner };
  }
  if (entry.value.kind !== "list" || entry.value.items.length === 0) {
    scope.problems.add(entry.value.at, `${entry.key} needs a list of at least one condition`);
    return undefined;
  }
  const members = entry.value.items.map((item, index) => checkCondition(item, `${inner}[${index}]`, scope));
  return {
    kind: entry.key as "allOf" | "anyOf",
    members: members.filter((member) => member !== undefined),
    path: inner,
  };
}

function checkFieldCondition(source: SourceMap, path: string, scope: Scope): Condition | undefined {
  const field = source.entries.find(({ key }) => key === "field");
  const others = source.entries.filter(({ key }) => key !== "field");
  for (const { key, keyAt } of others)
    if (!isOperator(key))
      scope.problems.add(keyAt, unexpectedKey(key, ["field", ...logical, ...operatorNames]));
  if (field === undefined) {
    scope.problems.add(source.at, "this condition names no field");
    return undefined;
  }
  const operands = others.filter(({ key }) => isOperator(key));
  const [operand, second] = operands;
  if (operand === undefined && others.length === 0)
    scope.problems.add(source.at, "this condition has no operator");
  if (second !== undefined)
    scope.problems.add(second.keyAt, "a condition has one operator; put two conditions under allOf");
  const text = field.value.kind === "scalar" ? String(field.value.value) : "";
  const reference = scope.catalogue.resolve(text);
  if ("problem" in reference) {
    scope.problems.add(field.value.at, reference.problem);
    return undefined;
  }
  if (operand === undefined) return undefined;
  const operator = operand.key as OperatorName;
  const value = checkOperand(operand.value, operator, reference.field, scope.parameters, scope.problems);
  return value === undefined ? undefined : { kind: "field", text, reference, operator, operand: value, path };
}

function isOperator(key: string): key is OperatorName {
  return operatorNames.some((name) => name === key);
}

/**
 * Whether a condition cannot be true on what the requester chose alone: each way of making it true passes
 * through a field that the platform vouches for.
 */
export function restsOnPlatform(condition: Condition): boolean {
  switch (condition.kind) {
    case "allOf":
      return condition.members.some(restsOnPlatform);
    case "anyOf":
      return condition.members.every(restsOnPlatform);
    case "not":
      return restsOnPlatform(negated(condition.member));
    case "field":
      return condition.reference.field.assertedBy === "platform";
  }
}

/** De Morgan, one level: not allOf is anyOf of the nots. */
function negated(condition: Condition): Condition {
  switch (condition.kind) {
    case "not":
      return condition.member;
    case "field":
      return condition;
    case "allOf":
    case "anyOf":
      return {
        kind: condition.kind === "allOf" ? "anyOf" : "allOf",
        members: condition.members.map((member) => ({ kind: "not", member, path: member.path })),
        path: condition.path,
      };
  }
}
