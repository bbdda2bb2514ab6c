import { describe, expect, it } from "vitest";
import { envWithoutFacts, Unknown } from "../language/env.ts";
import { operators, operatorNames, testOf, type OperatorName } from "../language/operators.ts";
import type { FactValue } from "../values/fact.ts";
import { foldValue } from "../values/fold-text.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { compileConstantComparison } from "./compile-constant-comparison.ts";
import { diagramOf } from "./decision-diagram-part.ts";
import { decide } from "./decision-diagram.ts";

const texts = ["A", "ab", "b-a", "", "80", "80.0", "TRUE", "false", "Straße", "2026-01-01", "A*", "*"];
const scalars: readonly FactValue[] = [...texts, 80, 81, 0, true, false, null];
const values: readonly FactValue[] = [
  ...scalars,
  [],
  ["a", 80],
  ["TRUE", null],
  { Ab: "a" },
  { a: { b: 1 } },
];
const patterns = ["*b*", "a*", "*a", "a*b", "a*b*", "*a*b*", "**", "***", "*b", "b*a*", "*a*b"];
const lists: readonly FactValue[] = [[], ["a", "B-A"], ["a", 80], ["true", "a"], [null], [""], ["STRASSE"]];
const operands: readonly FactValue[] = [...scalars, ...patterns, ...lists];

/** The operators whose values are folded. */
const folding = operatorNames.filter((name) => !operators[name].caseSensitive);
const comparisons = folding.flatMap((operator) =>
  operands
    .filter((operand) => operators[operator].refuses(operand) === undefined)
    .map((operand) => [operator, operand] as const),
);

function truthOf(operator: OperatorName, operand: FactValue, value: FactValue | undefined | Unknown): Truth {
  const prepared = value instanceof Unknown || value === undefined ? value : foldValue(value);
  const diagram = diagramOf(compileConstantComparison(1, operator, operand));
  return decide(diagram, { ...envWithoutFacts, values: ["of another comparison", prepared] });
}

describe("a comparison with a constant has the truth of the operator's test", () => {
  it.each(comparisons)("%s %j", (operator, operand) => {
    const test = testOf(operator, operand);
    const truths = values.map((value) => [value, truthOf(operator, operand, value)]);
    expect(truths).toEqual(values.map((value) => [value, test(value)]));
    expect(truthOf(operator, operand, undefined)).toBe(test(null));
    expect(truthOf(operator, operand, new Unknown("forbidden"))).toBe(UNKNOWN);
  });
});

describe("a comparison with a constant asks", () => {
  const other = "other undefined";

  it.each<[operator: OperatorName, operand: FactValue, question: string]>([
    ["equals", "East", 'equalsText "east"'],
    ["equals", "80", 'equalsText "80"'],
    ["equals", null, 'equalsText ""'],
    ["equals", 80, "equalsNumber 80"],
    ["equals", false, "equalsBoolean false"],
    ["equals", ["a"], other],
    ["in", ["A", "b"], 'isOneOf ["a","b"]'],
    ["in", ["a", 80], other],
    ["in", ["a", "true"], other],
    ["contains", "Ab", 'contains "ab"'],
    ["contains", "80", other],
    ["contains", true, other],
    ["like", "Ab*", 'startsWith "ab"'],
    ["like", "*", 'startsWith ""'],
    ["like", "*Ab*", 'includes "ab"'],
    ["like", "**", 'includes ""'],
    ["like", "ab", other],
    ["like", "*ab", other],
    ["like", "a*b", other],
    ["like", "a*b*", other],
    ["like", "*a*b", other],
    ["like", "*a*b*", other],
    ["like", "***", other],
    ["like", 80, other],
    ["less", 80, "isLess 80"],
    ["greater", 80, "isGreater 80"],
    ["less", "b", other],
    ["greater", "b", other],
    ["exists", true, "exists undefined"],
    ["containsKey", "a", other],
  ])("%s %j: %s", (operator, operand, question) => {
    expect(questionOf(operator, operand)).toEqual([question, TRUE, FALSE]);
  });

  it.each<[operator: OperatorName, operand: FactValue, question: string]>([
    ["notEquals", "East", 'equalsText "east"'],
    ["notIn", ["a"], 'isOneOf ["a"]'],
    ["notContains", "a", 'contains "a"'],
    ["notLike", "a*", 'startsWith "a"'],
    ["lessOrEquals", 80, "isGreater 80"],
    ["greaterOrEquals", 80, "isLess 80"],
    ["exists", false, "exists undefined"],
    ["exists", "False", "exists undefined"],
  ])("the opposite of %s %j: %s", (operator, operand, question) => {
    expect(questionOf(operator, operand)).toEqual([question, FALSE, TRUE]);
  });

  /** The one question of a comparison, and the truths that follow its answers yes and no. */
  function questionOf(name: OperatorName, right: FactValue): unknown[] {
    const diagram = diagramOf(compileConstantComparison(0, name, right));
    if (typeof diagram === "number") return [diagram];
    const { asks, operand, whenTrue, whenFalse } = diagram;
    return [
      `${asks} ${JSON.stringify(operand instanceof Set ? [...operand] : operand)}`,
      whenTrue,
      whenFalse,
    ];
  }
});
