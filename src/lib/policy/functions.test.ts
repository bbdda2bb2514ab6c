import { describe, expect, it } from "vitest";
import { nothing, Unknown } from "./env.ts";
import { ExpressionInvalid, parseExpression } from "./expression.ts";
import type { FactValue } from "./fact.ts";
import { connectionCatalogue } from "./field.ts";
import { formulaOf } from "./formula.ts";
import { functionNames } from "./functions.ts";

const failed = Symbol("failed");

function valueOf(expression: string): FactValue | typeof failed {
  const names = {
    catalogue: connectionCatalogue,
    parameters: new Map<string, FactValue>([
      ["o", { A: 1 }],
      ["none", null],
    ]),
    counts: [],
  };
  const value = formulaOf(parseExpression(`[${expression}]`), names).compute({
    ...nothing,
    now: Date.parse("2026-11-24T00:00:00Z"),
  });
  return value instanceof Unknown ? failed : value;
}

/** Each function, with the meaning that Azure's template functions have (their documents, "Template functions"). */
const cases: readonly (readonly [string, FactValue | typeof failed])[] = [
  ["concat('a', 'b', 1)", "ab1"],
  ["concat(createArray(1), createArray(2, 3))", [1, 2, 3]],
  ["concat(createArray(1), 'a')", failed],
  ["split('a,b', ',')", ["a", "b"]],
  ["split('a,b;c', createArray(',', ';'))", ["a", "b", "c"]],
  ["split('a', '')", failed],
  ["length('abc')", 3],
  ["length(createArray(1, 2))", 2],
  ["length(parameters('o'))", 1],
  ["length(1)", failed],
  ["first('abc')", "a"],
  ["first(createArray(7, 8))", 7],
  ["first(createArray())", null],
  ["last('abc')", "c"],
  ["last(createArray(7, 8))", 8],
  ["toLower('AbC')", "abc"],
  ["toUpper('aBc')", "ABC"],
  ["toLower(1)", failed],
  ["empty('')", true],
  ["empty(createArray())", true],
  ["empty(parameters('o'))", false],
  ["empty(parameters('none'))", true],
  ["contains('Hello', 'ell')", true],
  ["contains('Hello', 'ELL')", false],
  ["contains(createArray('a', 'b'), 'b')", true],
  ["contains(parameters('o'), 'a')", true],
  ["equals('a', 'a')", true],
  ["equals('a', 'A')", false],
  ["equals(createArray(1, 2), createArray(1, 2))", true],
  ["equals(1, '1')", false],
  ["greater(2, 1)", true],
  ["greater('b', 'a')", true],
  ["greater(1, 'a')", failed],
  ["less(1, 2)", true],
  ["not(equals(1, 2))", true],
  ["not('a')", failed],
  ["and(equals(1, 1), equals(2, 2))", true],
  ["or(equals(1, 2), equals(2, 2))", true],
  ["and(equals(1, 2), 'a')", false],
  ["or(equals(1, 2), 'a')", failed],
  ["if(equals(1, 1), 'yes', 'no')", "yes"],
  ["if('x', 1, 2)", failed],
  ["string(12)", "12"],
  ["string(createArray('a'))", '["a"]'],
  ["int('42')", 42],
  ["int('4x')", failed],
  ["replace('a-b-c', '-', '')", "abc"],
  ["replace('abc', '', 'x')", failed],
  ["substring('abcdef', 1, 3)", "bcd"],
  ["substring('abcdef', 4)", "ef"],
  ["substring('abc', 2, 5)", failed],
  ["padLeft('7', 3, '0')", "007"],
  ["padLeft(7, 3, '0')", "007"],
  ["padLeft('a', 1000000)", failed],
  ["int(1.9)", 1],
  ["startsWith('Hello', 'HE')", true],
  ["endsWith('Hello', 'LO')", true],
  ["indexOf('Hello', 'L')", 2],
  ["indexOf('Hello', 'x')", -1],
  ["union(createArray(1, 2), createArray(2, 3))", [1, 2, 3]],
  ["intersection(createArray(1, 2), createArray(2, 3))", [2]],
  ["array('a')", ["a"]],
  ["array(createArray('a'))", ["a"]],
  ["createArray('a', 1)", ["a", 1]],
  ["utcNow()", "2026-11-24T00:00:00.000Z"],
  ["addDays('2026-02-27T00:00:00Z', 2)", "2026-03-01T00:00:00.000Z"],
  ["addDays('2026-03-01', -1)", "2026-02-28T00:00:00.000Z"],
  ["addDays('someday', 1)", failed],
  ["ipRangeContains('10.0.0.0/8', '10.1.2.3')", true],
  ["ipRangeContains('10.0.0.0/8', '10.1.0.0/16')", true],
  ["ipRangeContains('10.1.0.0/16', '10.0.0.0/8')", false],
  ["ipRangeContains('10.0.0.1-10.0.0.9', '10.0.0.3-10.0.0.9')", true],
  ["ipRangeContains('10.0.0.1 - 10.0.0.9', '10.0.0.10')", false],
  ["ipRangeContains('10.0.0.77/8', '10.255.255.255')", true],
  ["ipRangeContains('0.0.0.0/0', '255.255.255.255')", true],
  ["ipRangeContains('2001:db8::/32', '2001:db8:0:1::/64')", true],
  ["ipRangeContains('2001:db8::/32', '2001:db9::1')", false],
  ["ipRangeContains('::ffff:10.0.0.0/104', '::ffff:10.1.2.3')", true],
  ["ipRangeContains('10.0.0.0/8', '2001:db8::1')", failed],
  ["ipRangeContains('10.0.0.0/33', '10.0.0.1')", failed],
  ["ipRangeContains('10.0.0.9-10.0.0.1', '10.0.0.5')", failed],
  ["ipRangeContains('10.0.0.01', '10.0.0.1')", failed],
  ["ipRangeContains('10.0.0.256', '10.0.0.1')", failed],
  ["ipRangeContains('1::2::3', '::1')", failed],
  ["concat('it''s')", "it's"],
];

describe("a function", () => {
  it.each(
    cases.map(
      ([text, value]) => [text, value, value === failed ? "fails" : `is ${JSON.stringify(value)}`] as const,
    ),
  )("%s %3$s", (text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it("has a case here, whichever it is", () => {
    const tried = cases.map(([text]) => text).join(" ");
    expect(
      functionNames.filter((name) => !tried.includes(`${name}(`) && !["field", "current"].includes(name)),
    ).toEqual([]);
  });

  it("never makes a value that grows without bound", () => {
    const grown = Array.from({ length: 24 }).reduce<string>(
      (text) => `concat(${text}, ${text})`,
      "'aaaaaaaa'",
    );
    expect(() => valueOf(grown.slice(0, 200_000))).toThrow(ExpressionInvalid);
    const twice = (value: string) => `replace(${value}, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')`;
    expect(valueOf(twice(twice(twice(twice("'aaaa'")))))).toBe(failed);
  });
});
