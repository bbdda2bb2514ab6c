import { describe, expect, it } from "vitest";
import { known, unknown, type FactValue } from "../values/fact.ts";
import { compileExpression } from "./compile-expression.ts";
import { Layout, prepare, Unknown } from "./env.ts";
import { ExpressionInvalid, parseExpression } from "./expression.ts";
import { connectionCatalogue, type FieldReference } from "./fields.ts";
import type { CountScope, Formula } from "./formula.ts";
import { openCatalogue } from "./open-catalogue.ts";
import { constantTrust } from "./trust.ts";

/** A connection's facts have no lists in lists; a document has. */
const catalogue = openCatalogue();
const reference = (name: string, of = catalogue): FieldReference => {
  const found = of.resolve(name);
  if ("problem" in found) throw new Error(found.problem);
  return found;
};
const over = (name: string, of = catalogue): CountScope => ({
  reference: reference(name, of),
  element: { trust: { kind: "platform" } },
});
const named = (name: string, possibleValues?: readonly FactValue[]): CountScope => ({
  name,
  element: { trust: constantTrust, ...(possibleValues === undefined ? {} : { possibleValues }) },
});
const formulaIn = (counts: readonly CountScope[], expression: string): Formula =>
  compileExpression(parseExpression(`[${expression}]`), {
    catalogue,
    parameters: new Map(),
    counts,
  });
const valueIn = (counts: readonly CountScope[], expression: string, current: FactValue[]) =>
  formulaIn(counts, expression).compute(prepare([], new Layout(), 0, current));

const rules = over("rules[*]");
const ports = over("rules[*].ports[*]");

describe("the element of a count", () => {
  it("is that of the innermost one, or of the one that is named", () => {
    expect(valueIn([named("outer"), named("inner")], "current()", ["a", "b"])).toBe("b");
    expect(valueIn([named("outer"), named("inner")], "current('outer')", ["a", "b"])).toBe("a");
    expect(valueIn([named("Same"), named("same")], "current('SAME')", ["a", "b"])).toBe("b");
    expect(valueIn([named("each")], "current('each.Port')", [{ port: 80 }])).toBe(80);
  });

  it("is found by the field that the count is over", () => {
    const counts = [rules, ports];
    const current = [{ name: "r", ports: [80, 443] }, 443];
    expect(valueIn(counts, "current('rules[*]')", current)).toEqual(current[0]);
    expect(valueIn(counts, "current('rules[*].name')", current)).toBe("r");
    expect(valueIn(counts, "current('rules[*].ports[*]')", current)).toBe(443);
    expect(valueIn([rules], "current('rules[*].ports[*]')", current)).toEqual([80, 443]);
  });

  it("is a list of one for field() inside its own count", () => {
    const counts = [rules, ports];
    const current = [{ name: "r", ports: [80, 443] }, 443];
    expect(valueIn(counts, "field('rules[*].ports[*]')", current)).toEqual([443]);
    expect(valueIn(counts, "field('rules[*].name')", current)).toEqual(["r"]);
    expect(valueIn([rules], "field('rules[*].none')", current)).toEqual([]);
    const formula = formulaIn(counts, "field('rules[*]')");
    expect([formula.kind, formula.isCounted, formula.list]).toEqual(["array", true, "rules[*]"]);
  });

  it("is another thing than a list beside it, or the list around it", () => {
    for (const name of ["others[*]", "rules", "other.rules[*]"])
      expect(formulaIn([rules], `field('${name}')`).isCounted).toBeUndefined();
    const facts = [known({ others: ["o"], rules: ["r"] })];
    const all = formulaIn([rules], "field('others[*]')");
    expect(all.compute(prepare(facts, new Layout(), 0, ["r"]))).toEqual(["o"]);
  });

  it.each([
    [[], "current()", "only allowed inside the where of a count"],
    [[named("a")], "current('b')", 'not inside a count over "b"'],
    [[rules], "current('others[*]')", "not inside a count"],
    [[rules], "current('rules')", "not inside a count"],
    [[named("a")], "current('[*]')", "not inside a count"],
  ] as const)("is none where there is no such count: %j %s", (counts, expression, message) => {
    expect(() => formulaIn(counts, expression)).toThrow(ExpressionInvalid);
    expect(() => formulaIn(counts, expression)).toThrow(message);
  });

  it("is null where it has no such part, and unknown where that is", () => {
    expect(valueIn([named("each")], "current('each.none')", [{ a: 1 }])).toBeNull();
    expect(valueIn([named("each")], "current('each.none[*]')", [{ a: 1 }])).toEqual([]);
    expect(valueIn([named("each")], "current('each.list[*].a')", [{ list: [{ a: 1 }, {}] }])).toEqual([1]);
    expect(valueIn([named("each")], "concat(current(), int('x'))", ["a"])).toBeInstanceOf(Unknown);
  });
});

describe("what is known of an element", () => {
  it("are its trust, and the values that it can have, but not those of its parts", () => {
    const counts = [named("each", ["a", "b"])];
    const whole = formulaIn(counts, "current()");
    expect([whole.trust, whole.possibleValues]).toEqual([constantTrust, ["a", "b"]]);
    const part = formulaIn(counts, "current('each.x')");
    expect([part.trust, part.possibleValues]).toEqual([constantTrust, undefined]);
    expect("possibleValues" in formulaIn([named("each")], "current()")).toBe(false);
  });

  it("is whether it is lower case, by its field", () => {
    const is = (count: CountScope) => formulaIn([count], "current()").lowerCase;
    expect(is(over("endpoint.applicationSecurityGroups[*]", connectionCatalogue))).toBe(true);
    expect(is(over("rules[*]"))).toBe(false);
    expect(is(named("each"))).toBe(false);
  });

  it("is whether null stands for what is absent: not in a list that the policy wrote", () => {
    const is = (count: CountScope, expression: string) => formulaIn([count], expression).absentIsNull;
    expect(is(named("each"), "current()")).toBe(false);
    expect(is(named("each"), "current('each.x')")).toBe(true);
    expect(is(named("each"), "current('each.x[*]')")).toBe(false);
    expect(is(rules, "current()")).toBe(true);
  });
});

describe("what could not be read", () => {
  const reasonOf = (expression: string) => {
    const value = formulaIn([], expression).compute(prepare([unknown("forbidden")], new Layout(), 0));
    return value instanceof Unknown ? value.reason : value;
  };

  it.each([
    "field('rules[*]')",
    "field('rules')",
    "split(field('text'), '/')[0]",
    "createArray('a')[field('place')]",
  ])("makes %s unknown for the same reason", (expression) => {
    expect(reasonOf(expression)).toBe("forbidden");
  });
});
