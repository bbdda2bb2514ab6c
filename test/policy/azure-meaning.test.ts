import { describe, expect, it } from "vitest";
import { addresses, messages, policyWith, truthOf, value } from "./condition-makers.ts";
import { verdictOf, envOf, policyOf, type Given } from "./policy-makers.ts";
import { explain } from "../../src/lib/policy/evaluate/explain.ts";
import { known } from "../../src/lib/policy/values/fact.ts";
import { printExplanation } from "../../src/lib/policy/evaluate/print-explanation.ts";

describe("inside its own count, field('x[*]') is a list of the one member", () => {
  const counting = (where: string) =>
    `{ count: { field: "endpoint.privateAddresses[*]", where: ${where} }, greater: 0 }`;
  const field = "field('endpoint.privateAddresses[*]')";
  it.each([
    ["contains, of a member and not of its text", value(`contains(${field}, '10.1.2.3')`), "false"],
    ["first", value(`first(${field})`, "equals: 10.1.2.30"), "true"],
    ["its member by index", value(`${field}[0]`, "equals: 10.1.2.30"), "true"],
    ["length", value(`length(${field})`, "equals: 1"), "true"],
    [
      "the right side, which equals no text",
      `{ field: "endpoint.privateAddresses[*]", in: "[${field}]" }`,
      "true",
    ],
    ["current(), which is the member", value("startsWith(current(), '10.1.2.3')"), "true"],
    [
      "another list, which is whole",
      value("length(field('requester.managementGroups[*]'))", "equals: 2"),
      "true",
    ],
  ])("%s", (_, where, expected) => {
    const given = { ...addresses("10.1.2.30"), "requester.managementGroups": known(["a", "b"]) };
    expect(truthOf(counting(where), given)).toBe(expected);
  });
});

describe('P6 and P7: an absent field is "" to a function and null to an operator', () => {
  const name = "field('endpoint.subnet.name')";
  it.each([
    [value(`length(string(${name}))`, "greater: 0"), "false"],
    [value(`not(equals(${name}, ''))`), "false"],
    [value(`empty(${name})`), "true"],
    [value(`concat('a', ${name})`, "equals: a"), "true"],
    [value(`coalesce(${name}, 'x')`, "equals: x"), "false"],
    [value(`length(field('requester.managementGroups'))`, "equals: 0"), "true"],
    [value(`string(if(equals(1, 1), ${name}, 'x'))`, 'equals: ""'), "true"],
    [value(`length(string(field('endpoint.tags')['owner']))`, "greater: 0"), "false"],
    [value(`length(string(tryGet(field('service.tags'), 'owner')))`, "greater: 0"), "false"],
    [value(name, "exists: false"), "true"],
    [value(name, "equals: null"), "true"],
    [value(name, "less: a"), "false"],
    [`{ field: service.name, equals: "[${name}]" }`, "true"],
    [`{ field: service.sku, in: ["[${name}]", x] }`, "false"],
    [value(`int(${name})`, "equals: 0"), "unknown"],
    [value(`and(${name}, true())`), "unknown"],
  ])("%s is %s", (condition, expected) => {
    expect(truthOf(condition, { "service.tags": known({}) })).toBe(expected);
  });
});

describe("what can only fail is an error when the policy loads", () => {
  it.each([
    [value("int('x')"), 'int(): "x" is not a whole number'],
    [value("add(int('x'), length(field('service.name')))"), 'int(): "x" is not a whole number'],
    [value("split(field('endpoint.id'), '')"), 'split(): "" is not a delimiter'],
    [value("split(field('endpoint.id'), createArray('/', ''))"), 'split(): ["/",""] is not a delimiter'],
    [value("replace(field('service.name'), '', 'a')"), 'replace(): "" is empty'],
    [value("addDays('someday', field('counts.approved'))"), 'addDays(): "someday" is not a date'],
    [value("addDays(utcNow(), 1.5)"), "addDays(): 1.5 is not a whole number"],
    [value("substring(field('service.name'), -1)"), "substring(): -1 is negative"],
    [value("substring('abc', 2, 5)"), 'substring("abc", 2, 5): "abc" has only 3 characters'],
    [value("padLeft(field('service.name'), 5, 'ab')"), 'padLeft(): "ab" is not one character'],
    [value("div(field('counts.approved'), 0)"), "div(): 0 cannot be a divisor"],
    [value("mod(field('counts.approved'), 0)"), "mod(): 0 cannot be a divisor"],
    [value("range(0, 20000)"), "range(): 20000 is not between"],
    [value("bool('yes')"), 'bool(): "yes" is not true, false, 1 or 0'],
    [value("json('{')"), 'json(): "{" is not JSON'],
    [value("base64ToString('*')"), 'base64ToString(): "*" is not base64 of text'],
    [
      value("parameters('zones')[3]"),
      '["a","b"][3]: the index is out of range, because the list has 2 members',
    ],
    [value("parameters('zones').first"), '"first" is not an index'],
    [value("createObject('a', 1, 'b')"), "the last key has no value"],
    [value("ipRangeContains('10.0.0.0/8', '2001:db8::1')"), "one range is IPv4 and the other IPv6"],
    [value("ipRangeContains('10.20.0/16', field('service.name'))"), '"10.20.0/16" is not an address range'],
    [
      value("ipRangeContains('10.0.0.0/8', split(field('service.name'), ','))"),
      "expected text, but split(field('service.name'), ',') is a list",
    ],
    [
      value("toLower(field('requester.managementGroups'))"),
      "expected text, but field('requester.managementGroups') is a list; test each member",
    ],
    [
      value("startsWith(field('requester.managementGroups[*]'), 'a')"),
      "expected text, but field('requester.managementGroups[*]') is a list",
    ],
    [value("length(field('counts.approved'))"), "expected text, a list or an object, but"],
    [value("greater(field('counts.approved'), field('endpoint.manual'))"), "expected text or a number, but"],
    [value("union(field('endpoint.id'), createArray('a'))"), "expected a list or an object, but"],
    [value("concat('a', field('service.tags'))"), "expected text, a number, true or false or a list, but"],
  ])("%s", (condition, message) => {
    expect(messages(condition)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [
      "in a branch that the parameters do not choose",
      "if(empty(parameters('blank')), 0, int(parameters('blank')))",
    ],
    [
      "behind what the parameters decide",
      "if(and(not(empty(parameters('blank'))), equals(int(parameters('blank')), 1)), 1, 0)",
    ],
    ["or decides before", "if(or(empty(parameters('blank')), equals(int(parameters('blank')), 1)), 0, 1)"],
    [
      "of some members of a list alone",
      "if(greater(length(field('service.name')), 3), int(field('service.name')), 0)",
    ],
  ])("is none %s", (_, expression) => {
    expect(messages(value(expression, "equals: 0"))).toEqual([]);
  });

  it("is told once, where it stands innermost", () => {
    expect(messages(value("string(add(int(concat('x', 'y')), 1))"))).toHaveLength(1);
    expect(messages(value("if(int('x'), if(int('x'), 1, 2), if(int('x'), 1, 2))"))).not.toHaveLength(0);
  });

  it("is found soon, however deep conditions are nested in conditions", () => {
    const deep = Array.from({ length: 30 }).reduce<string>(
      (inner) => `if(${inner}, true(), false())`,
      "bool(field('service.name'))",
    );
    expect(messages(value(deep))).toEqual([]);
  });
});

describe("bits that are set behind a prefix are a warning", () => {
  it.each(["'10.20.30.0/8'", "concat('10.20.30.0', '/8')"])("%s", (range) => {
    expect(messages(value(`ipRangeContains(${range}, field('service.name'))`))).toEqual([
      expect.stringContaining("10.20.30.0/8 has bits set after its prefix and covers all of 10.0.0.0/8"),
    ]);
  });
});

describe("a function that fails names itself, its arguments and what is wrong with them", () => {
  const given: Given = {
    "service.name": known("4x"),
    "endpoint.id": known("/subscriptions/s"),
    "endpoint.manual": known(true),
    "endpoint.privateAddresses": known(["10.0.0.4", "nonsense"]),
  };
  it.each([
    [value("int(field('service.name'))", "equals: 1"), 'int("4x"): "4x" is not a whole number'],
    [
      value("split(field('endpoint.id'), '/')[8]", "equals: a"),
      '["","subscriptions","s"][8]: the index is out of range, because the list has 3 members',
    ],
    [
      value("substring(field('service.name'), 5)", "equals: a"),
      'substring("4x", 5): "4x" has only 2 characters',
    ],
    [value("not(field('service.name'))"), 'not("4x"): "4x" is neither true nor false'],
    [`{ field: service.sku, equals: "[int(field('service.name'))]" }`, 'int("4x")'],
    [`{ field: service.sku, in: "[field('service.name')]" }`, 'in "4x": expected a list'],
    ["{ field: endpoint.manual, less: a }", 'less: true and "a" cannot be ordered'],
    [
      `{ count: { field: "endpoint.privateAddresses[*]", where: ${value("ipRangeContains('10.0.0.0/8', current())")} }, greater: 1 }`,
      'ipRangeContains("10.0.0.0/8", "nonsense"): "nonsense" is not an address, a CIDR or a start-end range',
    ],
    [`{ count: { value: "[field('service.name')]" }, equals: 1 }`, 'count("4x"): "4x" is not a list'],
    [value("ipRangeContains('10.0.0.0/8', field('service.name'))"), 'ipRangeContains("10.0.0.0/8", "4x")'],
  ])("%s", (condition, why) => {
    const compiled = policyOf(policyWith(`{ not: ${condition} }`));
    expect(verdictOf(compiled, given).reasons).toEqual([expect.stringContaining(why)]);
    expect(printExplanation(explain(compiled, envOf(compiled, given)))).toContain(`unknown: ${why}`);
  });

  it("in few words, without what could pass for more than text", () => {
    const long: Given = { "service.name": known(`\u001b[31m${"x".repeat(100_000)}`) };
    const [reason = ""] = verdictOf(policyWith(value("int(field('service.name'))")), long).reasons;
    expect(reason.length).toBeLessThan(500);
    expect(reason).not.toContain("\u001b");
  });

  it("cuts no character in two, wherever it ends", () => {
    for (const start of ["", "x", '"', 'x"', '""', 'x""'])
      for (const condition of [
        value("int(field('service.name'))"),
        value("ipRangeContains(field('service.name'), field('service.name'))"),
      ]) {
        const smiling: Given = { "service.name": known(`${start}${"\u{1f600}".repeat(100)}`) };
        const [reason = ""] = verdictOf(policyWith(condition), smiling).reasons;
        expect(reason).toContain("…");
        expect(reason.isWellFormed()).toBe(true);
      }
  });
});

describe("members by index, by name and by expression, of any expression", () => {
  const given: Given = { "service.tags": known({ stage: "b" }), "endpoint.id": known("/subscriptions/s/x") };
  it.each([
    ["split(field('endpoint.id'), '/')[2]", "s"],
    ["createObject('A', createArray(1, 'x')).a[1]", "x"],
    [`json('{\\"a\\": {\\"b\\": [7]}}').a['b'][0]`, "7"],
    ["createObject('b', 'found')[field('service.tags.stage')]", "found"],
    ["if(equals(1, 1), createArray('x'), createArray())[0]", "x"],
    ["first(createArray(createObject('n', 'x'))).n", "x"],
    ["tryGet(createObject('a', createArray('x')), 'A')[0]", "x"],
    ["range(3, 2)[1]", "4"],
  ])("%s", (expression, expected) => {
    expect(truthOf(value(expression, `equals: "${expected}"`), given)).toBe("true");
  });
});
