import { applicationOf, memberFormula } from "./application-formula.ts";
import { nothing, Unknown, type Env } from "./env.ts";
import { ExpressionInvalid, type Expression } from "./expression.ts";
import type { FactValue } from "./fact.ts";
import type { Catalogue, FieldReference } from "./field.ts";
import { currentFormula, fieldFormula, memberOfField } from "./field-formula.ts";
import { functionNames, functions } from "./functions.ts";
import type { IpRange } from "./ip-range.ts";
import { conditional, connective, negation } from "./logical-formula.ts";
import { nearest } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import { checkRanges } from "./range-argument.ts";
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
  /** Set where it is the list that a field holds, by the field's name. */
  readonly list?: string;
  /** Set where it is `ipRangeContains` of a constant range and a plain field, which is compiled to a comparison. */
  readonly within?: { readonly range: IpRange; readonly reference: FieldReference };
  /** Set where it is a plain field. */
  readonly plain?: FieldReference;
}

/** @throws {ExpressionInvalid} for what cannot be known by any name */
export function formulaOf(expression: Expression, names: Names): Formula {
  const formula = unfolded(expression, names);
  if (!formula.constant || formula.among !== undefined) return formula;
  const value = formula.compute(nothing);
  return value instanceof Unknown ? formula : constantFormula(value);
}

function unfolded(expression: Expression, names: Names): Formula {
  if (expression.kind === "literal") return constantFormula(expression.value);
  if (expression.kind === "member") return member(expression, names);
  const name = expression.name.toLowerCase();
  switch (name) {
    case "parameters":
      return constantFormula(parameter(nameIn(expression), names.parameters));
    case "field":
      return fieldFormula(nameIn(expression), names);
    case "current":
      arity(expression, 0, 1);
      return currentFormula(expression.arguments.length === 0 ? undefined : nameIn(expression), names);
    case "utcnow":
      arity(expression, 0, 0);
      return {
        compute: ({ now }) => new Date(now).toISOString(),
        references: [],
        constant: false,
        trust: ofConstant,
      };
    case "if":
      arity(expression, 3, 3);
      return conditional(partsOf(expression, names));
    case "and":
    case "or":
      arity(expression, 1, 64);
      return connective(partsOf(expression, names), name === "or");
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

function nameIn(call: Call): string {
  const [argument, ...rest] = call.arguments;
  if (argument?.kind === "literal" && typeof argument.value === "string" && rest.length === 0)
    return argument.value;
  throw new ExpressionInvalid(`${call.name}() takes one name in single quotes`);
}

function parameter(name: string, parameters: Parameters): FactValue {
  const value = parameters.get(name.toLowerCase());
  if (value !== undefined) return value;
  const names = [...parameters.keys()];
  const suggestion = nearest(name, names);
  const there = names.length === 0 ? "the policy declares none" : `there are ${names.join(", ")}`;
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
  readonly base: Pick<Formula, "references" | "constant" | "trust">;
}

function partsOf(call: Call, names: Names): Parts {
  const formulas = call.arguments.map((each) => formulaOf(each, names));
  const base = {
    references: formulas.flatMap((each) => each.references),
    constant: formulas.every((each) => each.constant),
    trust: trustOfCall(call.name.toLowerCase(), formulas),
  };
  return { formulas, base };
}

function member({ of, key }: Extract<Expression, { kind: "member" }>, names: Names): Formula {
  const [whole, place] = [formulaOf(of, names), formulaOf(key, names)];
  return memberOfField(whole, place) ?? memberFormula(whole, place);
}

function application(call: Call, names: Names): Formula {
  const name = call.name.toLowerCase();
  const found = functions.get(name);
  if (found === undefined) {
    const suggestion = nearest(call.name, functionNames);
    throw new ExpressionInvalid(
      `there is no function "${call.name}"${suggestion === undefined ? `; there are ${functionNames.join(", ")}` : `; did you mean "${suggestion}"?`}`,
    );
  }
  arity(call, ...found.arity);
  const parts = partsOf(call, names);
  if (name === "iprangecontains") checkRanges(parts.formulas, names);
  return applicationOf(name, found.apply, parts);
}
