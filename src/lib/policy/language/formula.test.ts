import { describe, expect, it } from "vitest";
import type { FactValue } from "../values/fact.ts";
import { compileExpression } from "./compile-expression.ts";
import { ExpressionInvalid, ParameterUnusable, parseExpression } from "./expression.ts";
import { connectionCatalogue } from "./fields.ts";
import type { Formula, Names } from "./formula.ts";

const names: Names = {
  catalogue: connectionCatalogue,
  parameters: new Map<string, FactValue>([
    ["region", "WestEurope"],
    ["range", "10.0.0.0/8"],
    ["list", ["a", "b"]],
    ["many", Array.from({ length: 17 }, (_, index) => index)],
  ]),
  parameterNames: ["region", "range", "list", "many", "Unusable"],
  counts: [],
};

const formulaOf = (expression: string, more: Partial<Names> = {}): Formula =>
  compileExpression(parseExpression(`[${expression}]`), { ...names, ...more });
/** The fields that a formula reads, each with the steps into it. */
const fieldsOf = ({ references }: Formula) =>
  references.map(({ field, steps }) =>
    [field.name, ...steps.map((step) => (step.kind === "key" ? step.key : step.kind))].join(" "),
  );

describe("an expression that is not valid", () => {
  it.each([
    ["current(1, 2)", "current() needs 0 to 1 arguments, but has 2"],
    ["utcNow(1)", "utcNow() needs 0 arguments, but has 1"],
    ["if(true(), 1)", "if() needs 3 arguments, but has 2"],
    ["and()", "and() needs 1 to 64 arguments, but has 0"],
    ["or()", "or() needs 1 to 64 arguments, but has 0"],
    ["not()", "not() needs 1 argument, but has 0"],
    ["not(true(), true())", "not() needs 1 argument, but has 2"],
    ["field()", "field() needs one name"],
    ["field('connection.name', 'connection.id')", "field() needs one name"],
    ["field(field('connection.name'))", "field() needs one name"],
    ["field(1)", "field() needs one name"],
    ["parameters('nothing')", 'unknown parameter "nothing"'],
    ["createObject('a')", "needs pairs of key and value"],
    ["tolowr('a')", "did you mean"],
  ])("%s says what it needs", (expression, message) => {
    expect(() => formulaOf(expression)).toThrow(ExpressionInvalid);
    expect(() => formulaOf(expression)).toThrow(message);
  });

  it("is not blamed for a parameter that is declared and has no value, however it is written", () => {
    expect(() => formulaOf("parameters('unusable')")).toThrow(ParameterUnusable);
  });

  it("says that a file has no parameters", () => {
    expect(() => formulaOf("parameters('a')", { parameters: new Map(), parameterNames: [] })).toThrow(
      "this file declares none",
    );
  });
});

describe("a problem in what is never computed", () => {
  const reportsOf = (expression: string) => {
    const reports: string[] = [];
    formulaOf(expression, { report: (message) => reports.push(message) });
    return reports;
  };
  const fails = "int('x')";

  it.each([
    `and(false(), equals(${fails}, 1))`,
    `or(true(), equals(${fails}, 1))`,
    `and(true(), false(), equals(${fails}, 1))`,
    `if(true(), 1, ${fails})`,
    `if(false(), ${fails}, 1)`,
  ])("is not reported: %s", (expression) => {
    expect(reportsOf(expression)).toEqual([]);
  });

  it.each([
    fails,
    "if('x', 1, 2)",
    `and(true(), equals(${fails}, 1))`,
    `or(false(), equals(${fails}, 1))`,
    `and(equals(${fails}, 1), false())`,
    `if(true(), ${fails}, 1)`,
    `if(false(), 1, ${fails})`,
    `if(field('endpoint.manual'), ${fails}, 1)`,
    `if(field('endpoint.manual'), 1, ${fails})`,
  ])("is reported where it may be: %s", (expression) => {
    expect(reportsOf(expression)).toHaveLength(1);
  });

  it("is still checked for what cannot be compiled", () => {
    expect(() => formulaOf("if(true(), 1, tolowr('a'))")).toThrow(ExpressionInvalid);
    expect(() => formulaOf("if(false(), tolowr('a'), 1)")).toThrow(ExpressionInvalid);
  });
});

describe("what a formula reads", () => {
  it.each([
    ["field('endpoint.tags')['Owner']", ["endpoint.tags Owner"]],
    ["field('endpoint.tags').owner", ["endpoint.tags owner"]],
    ["tryGet(field('endpoint.tags'), 'owner')", ["endpoint.tags owner"]],
    ["first(field('endpoint.tags')['owner'])", ["endpoint.tags owner"]],
    // Only a member whose name is known is read alone.
    ["tryGet(field('endpoint.tags'), field('connection.name'))", ["endpoint.tags", "connection.name"]],
    ["coalesce(field('endpoint.tags'), 'owner')", ["endpoint.tags"]],
    ["split(field('endpoint.id'), '/')[2]", ["endpoint.id"]],
    ["parameters('list')[0]", []],
  ])("%s", (expression, fields) => {
    expect(fieldsOf(formulaOf(expression))).toEqual(fields);
  });
});

describe("the values that a formula can have", () => {
  it.each<[string, readonly FactValue[] | undefined]>([
    ["parameters('region')", ["WestEurope"]],
    ["toLower(parameters('region'))", ["westeurope"]],
    ["parameters('list')[1]", ["b"]],
    ["if(field('endpoint.manual'), 'a', 'b')", ["a", "b"]],
    ["toUpper(if(field('endpoint.manual'), 'a', 'b'))", ["A", "B"]],
    ["if(field('endpoint.manual'), 'a', field('connection.name'))", undefined],
    ["if(field('endpoint.manual'), field('connection.name'), 'a')", undefined],
    ["field('connection.name')", undefined],
    ["concat(if(field('endpoint.manual'), 'a', 'b'), field('connection.name'))", undefined],
    // A call that fails has none.
    ["int(if(field('endpoint.manual'), '1', 'x'))", [1]],
    ["parameters('list')[if(field('endpoint.manual'), 0, 5)]", ["a"]],
  ])("%s", (expression, values) => {
    expect(formulaOf(expression).possibleValues).toEqual(values);
  });

  it("are known up to 256 combinations", () => {
    const two = "if(field('endpoint.manual'), 'a', 'b')";
    const combined = (count: number) =>
      formulaOf(`concat(${Array.from({ length: count }, () => two).join(", ")})`);
    expect(combined(8).possibleValues).toHaveLength(256);
    expect(combined(9).possibleValues).toBeUndefined();
  });

  it("are the constants in it where they are not all", () => {
    expect(formulaOf("concat('a', field('connection.name'), toLower('B'))").constants).toEqual(["a", "b"]);
    expect(formulaOf("concat(concat('a', field('connection.name')), 'c')").constants).toEqual(["a", "c"]);
    expect(formulaOf("split(field('endpoint.id'), '/')[2]").constants).toEqual(["/", 2]);
  });
});

describe("the kind of a formula's value", () => {
  it.each<[string, Formula["kind"]]>([
    ["field('connection.name')", "string"],
    ["field('endpoint.location')", "string"],
    ["field('time.now')", "string"],
    ["field('counts.approved')", "number"],
    ["field('endpoint.manual')", "boolean"],
    ["field('endpoint.privateAddresses')", "array"],
    ["field('service.locations')", "array"],
    ["field('endpoint.privateAddresses[*]')", "array"],
    ["field('endpoint.tags')", "object"],
    ["field('endpoint.tags.owner')", undefined],
    ["utcNow()", "string"],
    ["length(field('endpoint.privateAddresses'))", "number"],
    ["first(field('endpoint.privateAddresses'))", undefined],
    ["and(field('endpoint.manual'), true())", "boolean"],
    ["not(field('endpoint.manual'))", "boolean"],
    ["if(field('endpoint.manual'), 'a', field('connection.name'))", "string"],
    ["if(field('endpoint.manual'), 'a', 1)", undefined],
  ])("%s is %s", (expression, kind) => {
    expect(formulaOf(expression).kind).toBe(kind);
  });

  it("is an instant where it is a time", () => {
    const instants = ["utcNow()", "field('time.now')", "addDays(utcNow(), 1)"];
    expect(instants.map((each) => formulaOf(each).isInstant)).toEqual([true, true, true]);
    expect(formulaOf("toLower(utcNow())").isInstant).toBeUndefined();
    expect(formulaOf("field('connection.name')").isInstant).toBeUndefined();
  });

  it("names the list where it is a field's", () => {
    const lists = ["endpoint.privateAddresses", "endpoint.privateAddresses[*]", "service.locations"];
    expect(lists.map((each) => formulaOf(`field('${each}')`).list)).toEqual([
      "endpoint.privateAddresses",
      "endpoint.privateAddresses",
      "service.locations",
    ]);
    expect(formulaOf("field('endpoint.tags')").list).toBeUndefined();
  });
});

describe("a formula's text is lower case", () => {
  it.each([
    ["field('connection.message')", false],
    ["field('connection.name')", true],
    ["toLower(field('connection.message'))", true],
    ["toUpper(field('connection.name'))", false],
    ["trim(field('connection.name'))", true],
    ["trim(field('connection.message'))", false],
    ["concat(field('connection.name'), 'A')", false],
    ["split(field('connection.name'), '/')[2]", true],
    ["split(field('connection.message'), '/')[2]", false],
  ])("%s: %s", (expression, is) => {
    expect(formulaOf(expression).lowerCase === true).toBe(is);
  });
});

describe("a test of ranges that is compiled to a comparison", () => {
  it("has a range that is constant, and a field", () => {
    const { rangeTest } = formulaOf("ipRangeContains(parameters('range'), field('endpoint.tags.ip'))");
    expect(rangeTest?.range).toEqual({ family: 4, from: 0x0a000000, to: 0x0affffff });
    expect(rangeTest?.reference.field.name).toBe("endpoint.tags");
  });

  it.each([
    "ipRangeContains(field('endpoint.tags.ip'), '10.0.0.1')",
    "ipRangeContains('10.0.0.0/8', concat(field('endpoint.tags.ip'), '/32'))",
    "equals('10.0.0.0/8', field('endpoint.tags.ip'))",
    "ipRangeContains(if(equals(field('endpoint.tags.range'), ''), '10.0.0.0/8', '::/0'), field('endpoint.tags.ip'))",
    "ipRangeContains('10.0.0.0/8', first(field('endpoint.privateAddresses')))",
  ])("is not %s", (expression) => {
    expect(formulaOf(expression).rangeTest).toBeUndefined();
  });
});

describe("null means an absent field", () => {
  it.each([
    ["field('connection.name')", true],
    ["field('endpoint.privateAddresses[*]')", undefined],
    ["if(field('endpoint.manual'), field('connection.name'), 'a')", true],
    ["if(field('endpoint.manual'), 'a', field('connection.name'))", true],
    ["if(field('endpoint.manual'), 'a', 'b')", false],
  ])("in %s: %s", (expression, is) => {
    expect(formulaOf(expression).absentIsNull).toBe(is);
  });
});
