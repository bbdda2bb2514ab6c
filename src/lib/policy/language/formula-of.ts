import type { Parts } from "./formula.ts";
import type { Names, Formula } from "./formula.ts";
import { applicationOf, constantsIn, memberFormula } from "./application-formula.ts";
import { checkArguments } from "./argument-check.ts";
import { Failed, nothing, Unknown } from "./env.ts";
import { ExpressionInvalid, type Expression } from "./expression.ts";
import type { FactValue } from "../values/fact.ts";
import { describeFailure } from "./failure.ts";
import { currentFormula, fieldFormula, memberOfField } from "./field-formula.ts";
import { functionNames, functions } from "./functions.ts";
import { conditional, connective, negation } from "./logical-formula.ts";
import { doubtsOf } from "./never-so.ts";
import { nearest } from "../source/nearest.ts";
import { printUtc } from "./time-functions.ts";
import { ofConstant, trustOfCall } from "./trust.ts";

/** @throws {ExpressionInvalid} for what cannot be known by any name */
export function formulaOf(expression: Expression, names: Names): Formula {
  const formula = unfolded(expression, names);
  if (!formula.constant || formula.among !== undefined) return formula;
  const value = formula.compute(nothing);
  if (!(value instanceof Unknown)) return constantFormula(value);
  if (formula.mistaken !== true && value instanceof Failed)
    names.report?.(`this expression fails, whatever the facts: ${describeFailure(value)}`, "error");
  return { ...formula, mistaken: true };
}

function unfolded(expression: Expression, names: Names): Formula {
  if (expression.kind === "literal") return constantFormula(expression.value);
  if (expression.kind === "member") return member(expression, names);
  const name = expression.name.toLowerCase();
  switch (name) {
    case "parameters":
      return constantFormula(parameter(nameIn(expression, names), names));
    case "field":
      return fieldFormula(nameIn(expression, names), names);
    case "current":
      arity(expression, 0, 1);
      return currentFormula(expression.arguments.length === 0 ? undefined : nameIn(expression, names), names);
    case "utcnow":
      arity(expression, 0, 0);
      return {
        compute: ({ now }) => printUtc(now),
        references: [],
        constant: false,
        trust: ofConstant,
        kind: "string",
        isInstant: true,
      };
    case "if":
      arity(expression, 3, 3);
      return branches(expression, names);
    case "and":
    case "or":
      arity(expression, 1, 64);
      return connective(partsUntil(expression, names, name === "or"), name === "or");
    case "not":
      arity(expression, 1, 1);
      return negation(partsOf(expression, names));
    default:
      return application(expression, names);
  }
}

type Call = Extract<Expression, { kind: "call" }>;

export function constantFormula(value: FactValue): Formula {
  return { compute: () => value, references: [], constant: true, trust: ofConstant, among: [value] };
}

/** The one value of a formula that is the same for all facts. */
function constantOf({ constant, among }: Formula): FactValue | undefined {
  return constant && among?.length === 1 ? among[0] : undefined;
}

function nameIn(call: Call, names: Names): string {
  const [argument, ...rest] = call.arguments;
  const name = argument === undefined || rest.length > 0 ? undefined : constantOf(formulaOf(argument, names));
  if (typeof name === "string") return name;
  throw new ExpressionInvalid(
    `${call.name}() takes one name, in single quotes or as an expression of constants and parameters`,
  );
}

function parameter(name: string, { parameters, parameterNames = [...parameters.keys()] }: Names): FactValue {
  const value = parameters.get(name.toLowerCase());
  if (value !== undefined) return value;
  const suggestion = nearest(name, parameterNames);
  const there =
    parameterNames.length === 0 ? "the policy declares none" : `there are ${parameterNames.join(", ")}`;
  throw new ExpressionInvalid(
    `there is no parameter "${name}"; ${suggestion === undefined ? there : `did you mean "${suggestion}"?`}`,
  );
}

function arity({ name, arguments: given }: Call, least: number, most: number): void {
  if (given.length >= least && given.length <= most) return;
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  throw new ExpressionInvalid(`${name}() takes ${wanted} arguments, and ${given.length} are given`);
}

function partsOf(call: Call, names: Names): Parts {
  return partsFrom(
    call.name.toLowerCase(),
    call.arguments.map((each) => formulaOf(each, names)),
  );
}

/** What a function, by its lower-cased name, has in common with the formulas that it is given. */
export function partsFrom(name: string, formulas: readonly Formula[]): Parts {
  const base = {
    references: formulas.flatMap((each) => each.references),
    constant: formulas.every((each) => each.constant),
    constants: constantsIn(formulas),
    doubts: formulas.flatMap(({ doubts = [] }) => doubts),
    trust: trustOfCall(name, formulas),
    ...(formulas.some(({ mistaken }) => mistaken === true) ? { mistaken: true as const } : {}),
  };
  return { formulas, base };
}

/** Of what stands behind an argument that decides already, nothing is reported: it is never computed. */
function partsUntil(call: Call, names: Names, decisive: boolean): Parts {
  let isDecided = false;
  const formulas = call.arguments.map((each) => {
    const formula = formulaOf(each, isDecided ? unreported(names) : names);
    isDecided ||= constantOf(formula) === decisive;
    return formula;
  });
  return partsFrom(call.name.toLowerCase(), formulas);
}

function unreported({ report: _, ...names }: Names): Names {
  return names;
}

/** A branch that the parameters choose is the only one; what stands in the other is never computed. */
function branches(call: Call, names: Names): Formula {
  const [first, then, otherwise] = call.arguments as [Expression, Expression, Expression];
  const condition = formulaOf(first, names);
  const chosen = constantOf(condition);
  if (typeof chosen !== "boolean")
    return conditional(partsFrom("if", [condition, formulaOf(then, names), formulaOf(otherwise, names)]));
  formulaOf(chosen ? otherwise : then, unreported(names));
  return formulaOf(chosen ? then : otherwise, names);
}

function member({ of, key }: Extract<Expression, { kind: "member" }>, names: Names): Formula {
  const [whole, place] = [formulaOf(of, names), formulaOf(key, names)];
  return memberOfField(whole, place) ?? memberFormula(whole, place);
}

function application(call: Call, names: Names): Formula {
  const found = functions.get(call.name.toLowerCase());
  if (found === undefined)
    throw new ExpressionInvalid(noFunction(call.name, names.catalogue.insteadOf(call.name)));
  arity(call, ...found.arity);
  if (found.pairs === true && call.arguments.length % 2 === 1)
    throw new ExpressionInvalid(
      `${call.name}() takes keys and values by turns, and the last key has no value`,
    );
  const parts = partsOf(call, names);
  const given = call.arguments.map((expression, index) => ({
    expression,
    formula: parts.formulas[index] as Formula,
  }));
  const isMistaken = checkArguments(found, given, names);
  const applied = { ...applicationOf(found, parts), ...memberTaken(found.name, parts) };
  const formula = { ...applied, ...doubtsOf(found.name, given, applied.doubts) };
  return isMistaken ? { ...formula, mistaken: true } : formula;
}

/** `tryGet(field('endpoint.tags'), 'owner')` looks at that tag alone. */
function memberTaken(name: string, { formulas }: Parts): Pick<Formula, "references"> | undefined {
  const [whole, key] = formulas;
  if (name !== "tryGet" || whole === undefined || key === undefined) return undefined;
  const taken = memberOfField(whole, key);
  return taken && { references: taken.references };
}

function noFunction(name: string, instead: string | undefined): string {
  const suggestion = nearest(name, functionNames);
  if (instead !== undefined) return `${name}() cannot stand here: ${instead}`;
  return `there is no function "${name}"; ${suggestion === undefined ? `there are ${functionNames.join(", ")}` : `did you mean "${suggestion}"?`}`;
}
