import { envWithoutFacts, Unknown } from "../language/env.ts";
import {
  ExpressionInvalid,
  isExpression,
  ParameterUnusable,
  parseExpression,
  unescape,
} from "../language/expression.ts";
import type { FactValue } from "../values/fact.ts";
import type { FieldType } from "../language/fields.ts";
import { constantFormula, compileExpression, partsFrom } from "../language/compile-expression.ts";
import type { Formula, Names } from "../language/formula.ts";
import { functionNames } from "../language/functions.ts";
import { keyAmong } from "../source/keys.ts";
import { normaliseLocation } from "../values/location.ts";
import { operators, type OperatorName } from "../language/operators.ts";
import type { Source, SourceList } from "../source/parse.ts";
import type { Operand } from "../language/policy.ts";
import type { Problems } from "../source/problem.ts";

/** The JSON value of a source tree; expressions remain text. */
export function plainValue(source: Source): FactValue {
  if (source.kind === "scalar") return source.value;
  if (source.kind === "list") return source.items.map(plainValue);
  return Object.fromEntries(source.entries.map(({ key, value }) => [key, plainValue(value)]));
}

/** A value as written. */
export function writtenText(source: Source): string {
  return source.kind === "scalar" ? String(source.value) : JSON.stringify(plainValue(source));
}

/** Checks the right side of a comparison; undefined with a problem if it is not valid. */
export function checkOperand(
  source: Source,
  operator: OperatorName,
  type: FieldType,
  context: Names & { readonly problems: Problems },
): Operand | undefined {
  const { problems } = context;
  const operand = checkValue(source, context, problems);
  const isLocation = (type === "location" || type === "locations") && operator !== "exists";
  if (operand === undefined) return undefined;
  if (operand.kind === "computed")
    return isLocation ? { ...operand, formula: normalisedFormula(operand.formula) } : operand;
  const refusal = operators[operator].refuses(operand.value);
  if (refusal !== undefined) {
    problems.add(source.at, `${operator}: ${refusal}`);
    return undefined;
  }
  return isLocation ? { kind: "constant", value: normaliseLocations(operand.value) } : operand;
}

/** Checks a constant or an expression; undefined with a problem if the expression is not valid. */
export function checkValue(source: Source, names: Names, problems: Problems): Operand | undefined {
  if (source.kind === "list") return checkList(source, names, problems);
  if (source.kind === "map") return { kind: "constant", value: plainValue(source) };
  if (typeof source.value !== "string") return { kind: "constant", value: source.value };
  if (!isExpression(source.value)) return { kind: "constant", value: unescape(source.value) };
  const formula = checkFormula(source.value, source, names, problems);
  return formula && operandOf(formula, source, problems);
}

function checkList(source: SourceList, names: Names, problems: Problems): Operand | undefined {
  const [first] = source.items;
  if (first !== undefined && isCall(writtenText(first))) {
    const written = source.items.map(writtenText).join(", ");
    problems.add(
      source.at,
      `without quotes, YAML reads this as a list; write the expression as "[${written.slice(0, 100)}]"`,
    );
    return undefined;
  }
  const operands = source.items.map((item) => checkValue(item, names, problems));
  if (operands.includes(undefined)) return undefined;
  const all = operands as Operand[];
  if (all.every((each) => each.kind === "constant"))
    return { kind: "constant", value: all.map((each) => each.value) };
  const formulas = all.map((each): Formula =>
    each.kind === "computed" ? each.formula : constantFormula(each.value),
  );
  return {
    kind: "computed",
    text: writtenText(source),
    formula: {
      ...partsFrom("createarray", formulas).base,
      compute: (env) => {
        const values = formulas.map(({ compute }) => compute(env));
        return values.find((value) => value instanceof Unknown) ?? (values as FactValue[]);
      },
    },
  };
}

function isCall(text: string): boolean {
  const [, name = ""] = /^([A-Za-z]\w*)\(/.exec(text) ?? [];
  return keyAmong(name, functionNames) !== undefined;
}

/**
 * Compiles an expression; undefined if it is not valid, always fails or has a parameter without a value, of which a
 * problem says why.
 */
function checkFormula(text: string, source: Source, names: Names, problems: Problems): Formula | undefined {
  let mistaken = false;
  const report: Names["report"] = (message, severity) => {
    mistaken ||= severity === "error";
    problems.add(source.at, message, severity);
  };
  try {
    const formula = compileExpression(parseExpression(text), { ...names, report });
    return mistaken ? undefined : formula;
  } catch (error) {
    if (error instanceof ParameterUnusable) return undefined;
    if (!(error instanceof ExpressionInvalid)) throw error;
    problems.add(source.at, error.message);
    return undefined;
  }
}

/** Computes a constant formula at load, so that a failure is reported to the author. */
function operandOf(formula: Formula, source: Source, problems: Problems): Operand | undefined {
  if (!formula.constant) return { kind: "computed", formula, text: writtenText(source) };
  const value = formula.compute(envWithoutFacts);
  if (!(value instanceof Unknown)) return { kind: "constant", value };
  problems.add(source.at, "this expression always fails: an argument has the wrong type or is out of range");
  return undefined;
}

function normalisedFormula(formula: Formula): Formula {
  const compute: Formula["compute"] = (env) => {
    const value = formula.compute(env);
    return value instanceof Unknown ? value : normaliseLocations(value);
  };
  const { references, trust, constants = [], impossible = [] } = formula;
  return {
    references,
    trust,
    // Both forms: as compared, and as other parts of the expression may read them.
    constants: [...constants, ...constants.map(normaliseLocations)],
    impossible,
    constant: false,
    compute,
  };
}

export function normaliseLocations(value: FactValue): FactValue {
  if (Array.isArray(value)) return (value as readonly FactValue[]).map(normaliseLocations);
  return typeof value === "string" ? normaliseLocation(value) : value;
}
