import { describe, expect, it } from "vitest";
import { envWithoutFacts, Unknown, type Env, type Prepared } from "../language/env.ts";
import { parseRange, type IpRange } from "../values/ip-range.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { askCondition, diagramOf } from "./decision-diagram-part.ts";
import type { Diagram } from "./decision-diagram.ts";
import type { Requirement } from "./requirements.ts";
import { buildLookups, firstDecisive, noRule } from "./rule-index.ts";

/** The result of a group in which the rule of this rank is unknown. */
const unknownRule = (rank: number) => -2 - rank;
const unreadable = new Unknown("forbidden");
const envOf = (...values: readonly Prepared[]): Env => ({ ...envWithoutFacts, values });

/** Conditions with these truths, and the ranks of those that were evaluated. */
function rulesWith(truths: readonly Truth[]): { conditions: readonly Diagram[]; evaluated: number[] } {
  const evaluated: number[] = [];
  const conditions = truths.map((truth, rank) =>
    diagramOf(
      askCondition(() => {
        evaluated.push(rank);
        return truth;
      }),
    ),
  );
  return { conditions, evaluated };
}

describe("the first decisive rule", () => {
  it.each<
    [what: string, truths: readonly Truth[], best: number, result: [found: number, evaluated: number[]]]
  >([
    ["is none where all are false", [FALSE, FALSE], noRule, [noRule, [0, 1]]],
    ["is the first true one", [FALSE, TRUE, TRUE], noRule, [1, [0, 1]]],
    ["is a true one although an unknown one precedes it", [UNKNOWN, TRUE], noRule, [1, [0, 1]]],
    [
      "is the first unknown one where none is true",
      [FALSE, UNKNOWN, UNKNOWN],
      noRule,
      [unknownRule(1), [0, 1, 2]],
    ],
    ["is the unknown one of rank 0", [UNKNOWN, FALSE], noRule, [unknownRule(0), [0, 1]]],
    ["stays a true one from elsewhere of a lower rank", [FALSE, FALSE, TRUE], 1, [1, [0]]],
    ["stays the true one of rank 0, with no evaluation", [TRUE, TRUE], 0, [0, []]],
    ["becomes a true one of a lower rank", [FALSE, TRUE], 2, [1, [0, 1]]],
    ["stays a true one from elsewhere over an unknown one", [UNKNOWN, UNKNOWN], 2, [2, [0, 1]]],
    ["becomes a true one over an unknown one from elsewhere", [FALSE, TRUE], unknownRule(0), [1, [0, 1]]],
    ["stays an unknown one of a lower rank", [FALSE, UNKNOWN], unknownRule(0), [unknownRule(0), [0, 1]]],
    ["becomes an unknown one of a lower rank", [FALSE, UNKNOWN], unknownRule(3), [unknownRule(1), [0, 1]]],
  ])("%s", (_, truths, best, result) => {
    const { conditions, evaluated } = rulesWith(truths);
    const found = firstDecisive(conditions, [...truths.keys()], envWithoutFacts, best);
    expect([found, evaluated]).toEqual(result);
  });

  it("is looked for in the given ranks alone", () => {
    const { conditions, evaluated } = rulesWith([TRUE, FALSE, TRUE, TRUE]);
    expect(firstDecisive(conditions, [1, 3], envWithoutFacts, noRule)).toBe(3);
    expect(evaluated).toEqual([1, 3]);
  });
});

const equality = (...keys: string[]): Requirement => ({ by: "equality", index: 0, keys });
const member = (...keys: string[]): Requirement => ({ by: "member", index: 0, keys });
const range = (...texts: string[]): Requirement => ({ by: "range", index: 0, keys: texts.map(rangeOf) });
const rangeOf = (text: string) => parseRange(text) as IpRange;

/** The ranks that the one lookup of these requirements evaluates for a value, if no rule is true. */
function evaluatedFor(value: Prepared, requirements: readonly (Requirement | undefined)[]): number[] {
  const { conditions, evaluated } = rulesWith(requirements.map(() => UNKNOWN));
  const lookups = buildLookups(requirements, conditions);
  expect(lookups).toHaveLength(1);
  const found = lookups[0]?.(envOf(value), noRule);
  const [first] = evaluated.toSorted((a, b) => a - b);
  expect(found).toBe(first === undefined ? noRule : unknownRule(first));
  return evaluated;
}

describe("a lookup by equality", () => {
  const rules = [equality("a"), undefined, equality("b", "c"), equality("a", "c")];

  it.each<[what: string, value: Prepared, evaluated: number[]]>([
    ["evaluates the rules of a key", "a", [0, 3]],
    ["evaluates the rule of one of several keys", "b", [2]],
    ["evaluates the rules that share one of several keys", "c", [2, 3]],
    ["evaluates no rule for other text", "d", []],
    ["evaluates no rule for a number", 80, []],
    ["evaluates no rule for a boolean", true, []],
    ["evaluates no rule for a list", ["a"], []],
    ["evaluates no rule for an object", { a: "a" }, []],
    ["evaluates no rule for null", null, []],
    ["evaluates no rule for a missing value", undefined, []],
    ["evaluates all of its rules for an unknown value", unreadable, [0, 2, 3]],
  ])("%s", (_, value, evaluated) => {
    expect(evaluatedFor(value, rules)).toEqual(evaluated);
  });
});

describe("a lookup by member", () => {
  const rules = [member("a"), undefined, member("b", "c"), member("a", "c")];

  it.each<[what: string, value: Prepared, evaluated: number[]]>([
    ["evaluates the rules of each member", ["b", "a"], [2, 0, 3]],
    ["skips members that are no key", ["x", 80, null, "b"], [2]],
    ["evaluates no rule for an empty list", [], []],
    ["evaluates no rule for null", null, []],
    ["evaluates no rule for a missing value", undefined, []],
    ["evaluates all of its rules for text, which can contain a key", "xay", [0, 2, 3]],
    ["evaluates all of its rules for a number", 80, [0, 2, 3]],
    ["evaluates all of its rules for an object, which can have a key", { a: 1 }, [0, 2, 3]],
    ["evaluates all of its rules for an unknown value", unreadable, [0, 2, 3]],
  ])("%s", (_, value, evaluated) => {
    expect(evaluatedFor(value, rules)).toEqual(evaluated);
  });

  it("stops at the rule that is true already", () => {
    const { conditions, evaluated } = rulesWith([TRUE, TRUE]);
    const [lookup] = buildLookups([member("a", "b"), member("b")], conditions);
    expect(lookup?.(envOf(["a", "b"]), noRule)).toBe(0);
    expect(evaluated).toEqual([0]);
  });
});

describe("a lookup by range", () => {
  const rules = [range("10.0.0.0/8"), undefined, range("10.1.0.0/16", "10.3.0.0/16"), range("9.0.0.0/8")];

  it.each<[what: string, value: Prepared, evaluated: number[]]>([
    ["evaluates the rules whose range it lies in", rangeOf("10.1.2.0/24"), [0, 2]],
    ["evaluates the rules of a range between others", rangeOf("10.2.0.0/24"), [0]],
    ["evaluates the rule of a second range", rangeOf("10.3.255.255"), [0, 2]],
    ["evaluates the rule in whose range it starts, although it ends outside", rangeOf("10.0.0.0/7"), [0]],
    ["evaluates the rule that ends before another starts", rangeOf("9.255.255.255"), [3]],
    ["evaluates no rule for a range before all", rangeOf("8.255.255.255"), []],
    ["evaluates no rule for a range after all", rangeOf("11.0.0.0"), []],
    ["evaluates all of its rules for a range of IPv6", rangeOf("::ffff:10.0.0.0"), [0, 2, 3]],
    ["evaluates all of its rules for an unknown value", unreadable, [0, 2, 3]],
    ["evaluates all of its rules for a value that is not prepared", undefined, [0, 2, 3]],
  ])("%s", (_, value, evaluated) => {
    expect(evaluatedFor(value, rules)).toEqual(evaluated);
  });

  it("evaluates a rule once, although two of its ranges overlap", () => {
    const overlapping = [range("10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/7"), range("10.1.0.0/16")];
    expect(evaluatedFor(rangeOf("10.1.0.1"), overlapping)).toEqual([0, 1]);
  });

  /** Ranges of which each lies in the one before it, with its first address. */
  const nested = (count: number) =>
    Array.from({ length: count }, (_, index) => range(`10.0.0.${index}-10.0.0.200`));

  it("evaluates only the rules of a value with ranges that are nested 64 deep", () => {
    expect(evaluatedFor(rangeOf("10.0.0.1"), nested(64))).toEqual([0, 1]);
  });

  it("evaluates all of its rules with ranges that are nested deeper", () => {
    expect(evaluatedFor(rangeOf("10.0.0.1"), nested(65))).toHaveLength(65);
    expect(evaluatedFor(rangeOf("0.0.0.0"), nested(65))).toHaveLength(65);
  });
});

it("each value has a lookup of its own, which leaves the rules of others alone", () => {
  const { conditions, evaluated } = rulesWith([FALSE, FALSE, FALSE, FALSE]);
  const lookups = buildLookups(
    [equality("a"), member("a"), { by: "equality", index: 1, keys: ["a"] }, equality("a")],
    conditions,
  );
  const evaluatedBy = lookups.map((lookup) => {
    expect(lookup(envOf("a", "a"), noRule)).toBe(noRule);
    return evaluated.splice(0);
  });
  expect(evaluatedBy).toEqual([[0, 3], [1], [2]]);
});
