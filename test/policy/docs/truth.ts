import { parse } from "yaml";
import { catalogue, connectionCatalogue, type Catalogue } from "../../../src/lib/policy/language/fields.ts";
import { envWithoutFacts, prepare, Unknown } from "../../../src/lib/policy/language/env.ts";
import { evaluate } from "../../../src/lib/policy/evaluate/evaluate.ts";
import { ExpressionInvalid, parseExpression } from "../../../src/lib/policy/language/expression.ts";
import { absent, known, unknown, type Facts, type FactValue } from "../../../src/lib/policy/values/fact.ts";
import { readFacts, sheetOf } from "../../../src/lib/policy/evaluate/fact-sheet.ts";
import { compileExpression } from "../../../src/lib/policy/language/compile-expression.ts";
import type { Parameters } from "../../../src/lib/policy/language/formula.ts";
import { load } from "../../../src/lib/policy/load.ts";
import { parse as locate } from "../../../src/lib/policy/source/parse.ts";
import { formatProblem, problemsOf, type Problem } from "../../../src/lib/policy/source/problem.ts";
import { noon } from "../policy-makers.ts";

/** What the examples of a page take for given. */
export interface Given {
  readonly facts: Facts;
  readonly parameters: string;
}

export const nothingGiven: Given = {
  facts: connectionCatalogue.fields.map(() => absent),
  parameters: "{}",
};

/** The facts of a block `known: … unknown: …`. @throws where it is none */
export function factsIn(text: string): Facts {
  const problems: Problem[] = [];
  const into = problemsOf("facts", problems);
  const facts = readFacts([sheetOf(locate(text, into), into)], connectionCatalogue, into);
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
  return facts;
}

/** What a condition is in a rule of this effect: true, false or unknown; `error: …` where it does not load. */
export function truthOf(condition: string, effect: "approve" | "reject", given: Given): string {
  return decided(condition, effect, connectionCatalogue, given);
}

/** Whether a policy that is enforced may approve by this condition and nothing beside it. */
export function loadsAlone(condition: string): string {
  const text = `name: example\nrules: [{ name: r, if: ${condition}, then: { effect: approve } }]\n`;
  const { kind } = load([{ file: "", text }], connectionCatalogue);
  return kind === "valid" ? "loads" : "does not load";
}

const only: Catalogue = catalogue([
  { name: "x", type: "any", assertedBy: "platform", source: "document", description: "" },
]);

/** What an operator says of a value as it stands in a cell. */
export function truthOfValue(value: string, operator: string): string {
  const fact =
    value === "missing"
      ? absent
      : value === "unknown"
        ? unknown("forbidden")
        : known(parse(value) as FactValue);
  return decided(`{ field: x, ${operator} }`, "reject", only, { facts: [fact], parameters: "{}" });
}

function decided(condition: string, effect: "approve" | "reject", fields: Catalogue, given: Given): string {
  const text = `name: example\nparameters: ${flow(given.parameters)}\nrules: [{ name: r, if: ${condition}, then: { effect: ${effect} } }]\n`;
  const loaded = load([{ file: "", text }], fields, { enforcing: false });
  if (loaded.kind === "invalid") return `error: ${loaded.problems.map(({ message }) => message).join("; ")}`;
  const verdict = evaluate(loaded.compiled, prepare(given.facts, loaded.compiled.layout, noon));
  if (verdict.kind === effect) return "true";
  return verdict.rule === undefined ? "false" : "unknown";
}

/** Parameters on one line, as they stand in a policy. */
function flow(parameters: string): string {
  return JSON.stringify(parse(parameters) ?? {});
}

/** What an expression comes to, as JSON; `unknown` where it fails, `error` and why where no policy with it loads. */
export function valueOf(expression: string, { facts, parameters }: Given): string {
  const reported: string[] = [];
  const names = {
    catalogue: connectionCatalogue,
    parameters: valuesOf(parameters),
    counts: [],
    report: (message: string) => reported.push(message),
  };
  try {
    const formula = compileExpression(parseExpression(`[${expression}]`), names);
    const [error] = reported;
    if (error !== undefined) return `error: ${short(error)}`;
    const value = formula.compute({ ...envWithoutFacts, facts, now: noon });
    return value instanceof Unknown ? "unknown" : JSON.stringify(value);
  } catch (error) {
    if (error instanceof ExpressionInvalid) return `error: ${error.message}`;
    throw error;
  }
}

/** What is wrong, without the advice behind it. */
function short(message: string): string {
  return message.replace(/(; |, so that ).*$/s, "");
}

function valuesOf(text: string): Parameters {
  const declared = (parse(text) ?? {}) as Record<string, { readonly defaultValue: FactValue }>;
  return new Map(
    Object.entries(declared).map(([name, { defaultValue }]) => [name.toLowerCase(), defaultValue]),
  );
}
