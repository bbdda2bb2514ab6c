import { applicationOf, constantsIn, memberFormula } from "./application-formula.ts";
import { checkArguments } from "./argument-check.ts";
import { Failed, nothing, Unknown, type Env } from "./env.ts";
import { ExpressionInvalid, type Expression } from "./expression.ts";
import type { FactValue } from "../values/fact.ts";
import { describeFailure } from "./failure.ts";
import type { Catalogue, FieldReference } from "./field.ts";
import { currentFormula, fieldFormula, memberOfField } from "./field-formula.ts";
import type { Kind } from "./function-parameter.ts";
import { functionNames, functions } from "./functions.ts";
import type { IpRange } from "../values/ip-range.ts";
import { conditional, connective, negation } from "./logical-formula.ts";
import { doubtsOf } from "./never-so.ts";
import { nearest } from "../source/nearest.ts";
import type { Problem } from "../source/problem.ts";
import { printUtc } from "./time-functions.ts";
import { ofConstant, trustOfCall, type Trust } from "./trust.ts";

export type Parameters = ReadonlyMap<string, FactValue>;

/** A count around a condition: how its element is called, the list that it goes through, and what its elements are. */
export interface CountScope {
  readonly name?: string;
  readonly reference?: FieldReference;
  readonly element: Pick<Formula, "trust" | "among">;
}

/** What an expression or a condition may name where it stands. */
export interface Names {
  readonly catalogue: Catalogue;
  readonly parameters: Parameters;
  /** Their names as the policy's author wrote them. */
  readonly parameterNames?: readonly string[];
  /** The counts around it, outermost first. */
  readonly counts: readonly CountScope[];
  /** Told what can be read and yet is a mistake, or says something else than its author thinks. */
  readonly report?: (message: string, severity: Problem["severity"]) => void;
}

/** An expression ready to be computed, and the fields that it looks at. */
export interface Formula {
  readonly compute: (env: Env) => FactValue | Unknown;
  readonly references: readonly FieldReference[];
  /** Whether its value is the same for all facts, at all times. */
  readonly constant: boolean;
  readonly trust: Trust;
  /** The values that it can come to, where they are known when the policy loads. */
  readonly among?: readonly FactValue[];
  /** The constants in it, of which its value on facts is made. */
  readonly constants?: readonly FactValue[];
  /** Of what kind it is where nothing is absent or fails, as far as that is known when the policy loads. */
  readonly kind?: Kind;
  /** Set where it is the list that a field holds, by the field's name; `isCounted` where a count around it goes through that. */
  readonly list?: string;
  readonly isCounted?: true;
  /** Set where it is an instant, as text. */
  readonly isInstant?: true;
  /** Set where no text in it has a capital. */
  readonly lowerCase?: boolean;
  /** What its functions are given and can never be so, in words for the policy's author. */
  readonly doubts?: readonly string[];
  /** Set where it is true as its parts are. */
  readonly connects?: { readonly by: "and" | "or" | "not"; readonly parts: readonly Formula[] };
  /** Set where it can only fail, which its author has been told. */
  readonly mistaken?: true;
  /** Set where it is `ipRangeContains` of a constant range and a plain field, which is compiled to a comparison. */
  readonly within?: { readonly range: IpRange; readonly reference: FieldReference };
  /** Set where its null means that a field is absent: null to an operator, and "" to a function. */
  readonly absentIsNull?: boolean;
  /** Set where it is a plain field. */
  readonly plain?: FieldReference;
}

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

/** The formulas of a call's arguments, and what a formula of them has in common with them. */
export interface Parts {
  readonly formulas: readonly Formula[];
  readonly base: Pick<Formula, "references" | "constant" | "constants" | "doubts" | "trust" | "mistaken">;
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
