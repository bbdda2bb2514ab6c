import type { Parts } from "./formula.ts";
import type { Names, Formula } from "./formula.ts";
import { applicationOf, constantsIn, memberFormula } from "./application-formula.ts";
import { checkArguments } from "./argument-check.ts";
import { Failed, envWithoutFacts, Unknown } from "./env.ts";
import { ExpressionInvalid, ParameterUnusable, type Expression } from "./expression.ts";
import type { FactValue } from "../values/fact.ts";
import { describeFailure } from "./failure.ts";
import { currentFormula, fieldFormula, memberOfField } from "./field-formula.ts";
import { functionNames, functions } from "./functions.ts";
import { conditional, connective, negation } from "./logical-formula.ts";
import { impossibleComparisons } from "./impossible-comparison.ts";
import { didYouMean } from "../source/nearest.ts";
import { printUtc } from "./time-functions.ts";
import { constantTrust, trustOfCall } from "./trust.ts";

/** Compiles an expression and folds constants. @throws {ExpressionInvalid} for unknown names and wrong arguments */
export function compileExpression(expression: Expression, names: Names): Formula {
  const formula = compileUnfolded(expression, names);
  if (!formula.constant || formula.possibleValues !== undefined) return formula;
  const value = formula.compute(envWithoutFacts);
  if (!(value instanceof Unknown)) return constantFormula(value);
  if (formula.alwaysFails !== true && value instanceof Failed)
    names.report?.(`this expression always fails: ${describeFailure(value)}`, "error");
  return { ...formula, alwaysFails: true };
}

function compileUnfolded(expression: Expression, names: Names): Formula {
  if (expression.kind === "literal") return constantFormula(expression.value);
  if (expression.kind === "member") return compileMember(expression, names);
  const name = expression.name.toLowerCase();
  switch (name) {
    case "parameters":
      return constantFormula(parameterValue(nameArgument(expression, names), names));
    case "field":
      return fieldFormula(nameArgument(expression, names), names);
    case "current":
      checkArity(expression, 0, 1);
      return currentFormula(
        expression.arguments.length === 0 ? undefined : nameArgument(expression, names),
        names,
      );
    case "utcnow":
      checkArity(expression, 0, 0);
      return {
        compute: ({ now }) => printUtc(now),
        references: [],
        constant: false,
        trust: constantTrust,
        kind: "string",
        isInstant: true,
      };
    case "if":
      checkArity(expression, 3, 3);
      return compileConditional(expression, names);
    case "and":
    case "or":
      checkArity(expression, 1, 64);
      return connective(compileArgumentsUntil(expression, names, name === "or"), name === "or");
    case "not":
      checkArity(expression, 1, 1);
      return negation(compileArguments(expression, names));
    default:
      return compileCall(expression, names);
  }
}

type Call = Extract<Expression, { kind: "call" }>;

export function constantFormula(value: FactValue): Formula {
  return {
    compute: () => value,
    references: [],
    constant: true,
    trust: constantTrust,
    possibleValues: [value],
  };
}

/** The value of a constant formula; undefined for others. */
function constantOf({ constant, possibleValues }: Formula): FactValue | undefined {
  return constant && possibleValues?.length === 1 ? possibleValues[0] : undefined;
}

function nameArgument(call: Call, names: Names): string {
  const [argument, ...rest] = call.arguments;
  const name =
    argument === undefined || rest.length > 0 ? undefined : constantOf(compileExpression(argument, names));
  if (typeof name === "string") return name;
  throw new ExpressionInvalid(
    `${call.name}() needs one name, in single quotes or as an expression of constants and parameters`,
  );
}

function parameterValue(
  name: string,
  { parameters, parameterNames = [...parameters.keys()] }: Names,
): FactValue {
  const value = parameters.get(name.toLowerCase());
  if (value !== undefined) return value;
  if (parameterNames.some((each) => each.toLowerCase() === name.toLowerCase()))
    throw new ParameterUnusable(name);
  const declared = parameterNames.join(", ");
  const otherwise = declared === "" ? "; this file declares none" : `; expected one of ${declared}`;
  throw new ExpressionInvalid(`unknown parameter "${name}"${didYouMean(name, parameterNames, otherwise)}`);
}

function checkArity({ name, arguments: given }: Call, least: number, most: number): void {
  if (given.length >= least && given.length <= most) return;
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  const noun = wanted === "1" ? "argument" : "arguments";
  throw new ExpressionInvalid(`${name}() needs ${wanted} ${noun}, but has ${given.length}`);
}

function compileArguments(call: Call, names: Names): Parts {
  return partsFrom(
    call.name.toLowerCase(),
    call.arguments.map((each) => compileExpression(each, names)),
  );
}

/** The properties of a call, by its lower-cased name, that follow from its arguments. */
export function partsFrom(name: string, formulas: readonly Formula[]): Parts {
  const base = {
    references: formulas.flatMap((each) => each.references),
    constant: formulas.every((each) => each.constant),
    constants: constantsIn(formulas),
    impossible: formulas.flatMap(({ impossible = [] }) => impossible),
    trust: trustOfCall(name, formulas),
    ...(formulas.some(({ alwaysFails }) => alwaysFails === true) ? { alwaysFails: true as const } : {}),
  };
  return { formulas, base };
}

/** Compiles arguments, without reports after one that already decides, since later ones are never computed. */
function compileArgumentsUntil(call: Call, names: Names, decisive: boolean): Parts {
  let isDecided = false;
  const formulas = call.arguments.map((each) => {
    const formula = compileExpression(each, isDecided ? withoutReport(names) : names);
    isDecided ||= constantOf(formula) === decisive;
    return formula;
  });
  return partsFrom(call.name.toLowerCase(), formulas);
}

function withoutReport({ report: _, ...names }: Names): Names {
  return names;
}

/** Compiles if(). With a constant condition the other branch is never computed, so nothing in it is reported. */
function compileConditional(call: Call, names: Names): Formula {
  const [first, then, otherwise] = call.arguments as [Expression, Expression, Expression];
  const condition = compileExpression(first, names);
  const chosen = constantOf(condition);
  if (typeof chosen !== "boolean")
    return conditional(
      partsFrom("if", [condition, compileExpression(then, names), compileExpression(otherwise, names)]),
    );
  compileExpression(chosen ? otherwise : then, withoutReport(names));
  return compileExpression(chosen ? then : otherwise, names);
}

function compileMember({ of, key }: Extract<Expression, { kind: "member" }>, names: Names): Formula {
  const [whole, place] = [compileExpression(of, names), compileExpression(key, names)];
  return memberOfField(whole, place) ?? memberFormula(whole, place);
}

function compileCall(call: Call, names: Names): Formula {
  const found = functions.get(call.name.toLowerCase());
  if (found === undefined)
    throw new ExpressionInvalid(
      unknownFunctionMessage(call.name, names.catalogue.functionReplacement(call.name)),
    );
  checkArity(call, ...found.arity);
  if (found.pairs === true && call.arguments.length % 2 === 1)
    throw new ExpressionInvalid(`${call.name}() needs pairs of key and value, but the last key has no value`);
  const parts = compileArguments(call, names);
  const given = call.arguments.map((expression, index) => ({
    expression,
    formula: parts.formulas[index] as Formula,
  }));
  const isMistaken = checkArguments(found, given, names);
  const applied = { ...applicationOf(found, parts), ...memberTaken(found.name, parts) };
  const formula = { ...applied, ...impossibleComparisons(found.name, given, applied.impossible) };
  return isMistaken ? { ...formula, alwaysFails: true } : formula;
}

/** `tryGet(field('endpoint.tags'), 'owner')` depends only on that tag. */
function memberTaken(name: string, { formulas }: Parts): Pick<Formula, "references"> | undefined {
  const [whole, key] = formulas;
  if (name !== "tryGet" || whole === undefined || key === undefined) return undefined;
  const taken = memberOfField(whole, key);
  return taken && { references: taken.references };
}

function unknownFunctionMessage(name: string, instead: string | undefined): string {
  if (instead !== undefined) return `${name}() is not available; ${instead}`;
  return `unknown function "${name}"${didYouMean(name, functionNames, `; expected one of ${functionNames.join(", ")}`)}`;
}
