import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, ruleOf } from "../../../test/policy/policy-makers.ts";
import { connectionCatalogue } from "./language/fields.ts";
import { load } from "./load.ts";

describe("loading", () => {
  it("reads JSON as well as YAML", () => {
    const json = JSON.stringify({ name: "j", rules: [], default: "hold" });
    expect(policyOf(json).policy).toMatchObject({ name: "j", rules: [], default: "hold", revoke: "never" });
  });

  it("reports a key that stands twice in a mapping", () => {
    expect(problemsOf("name: a\nname: b\nrules: []")).toEqual([
      'policy.yaml:2:1: duplicate key "name"; remove one of them',
    ]);
  });

  it("is as quick to refuse a mapping of as many keys as a file has room for as one of a few", () => {
    /** Processor time for each key of a mapping, the least of several. */
    const costWith = (count: number, times: number) => {
      const text = Array.from({ length: count }, (_, index) => `k${index}: 1`).join("\n");
      const costs = Array.from({ length: times }, () => {
        const before = process.cpuUsage();
        expect(problemsOf(text).length).toBeGreaterThan(1);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / count;
      });
      return Math.min(...costs);
    };
    // The library compares each key with every other, which takes some fifteen times as long for each of so many.
    expect(costWith(90_000, 1) / costWith(1_000, 5)).toBeLessThan(6);
  });

  it("takes more members of a list, and more mistakes, than a call takes arguments", () => {
    const many = Array.from({ length: 200_000 }, (_, index) => `k${index}`);
    const listed = "parameters: { names: { type: Array } }\n".concat(
      ruleOf(
        "{ allOf: [{ field: service.name, in: \"[parameters('names')]\" }, { field: service.sku, equals: Premium }] }",
        "reject",
      ),
    );
    expect(policyOf(listed, { names: many }).policy.rules).toHaveLength(1);
    const values = new Map(many.map((name) => [name, true]));
    const text = ruleOf("{ field: service.name, equals: a }", "reject");
    const loaded = load([{ file: "policy.yaml", text }], connectionCatalogue, { values });
    expect(loaded.kind === "invalid" && loaded.problems.length).toBe(many.length);
  });

  it("reports ten different mistakes in one go, each where it stands", () => {
    const text = `name: wrong
rules:
  - name: one
    if:
      allOf:
        - { field: endpoint.locaton, equals: westeurope }
        - { field: endpoint.location, equal: westeurope }
        - { field: endpoint.location, in: westeurope }
        - { field: endpoint.location, equals: "[parameters('none')]" }
        - { field: endpoint.location, equals: "[tolowr('A')]" }
        - { field: "endpoint.subnet.addressPrefixes", equals: 1, like: "2*" }
    then: { effect: aprove }
  - if: { anyOf: [] }
    then: { effect: hold }
    when: never
    window: { days: [Mon-Frei], from: "8", to: "18:00", timeZone: Europe/Amsterdm }
    expiresOn: next week
default: approve
limits: [{ name: l, max: many }]
`;
    expect(problemsOf(text)).toEqual([
      'policy.yaml:6:20: unknown field "endpoint.locaton"; did you mean "endpoint.location"?',
      'policy.yaml:7:39: unknown key "equal"; did you mean "equals"?',
      "policy.yaml:8:43: in: expected a list",
      `policy.yaml:9:47: unknown parameter "none"; this file declares none`,
      'policy.yaml:10:47: unknown function "tolowr"; did you mean "toLower"?',
      "policy.yaml:11:66: a condition has only one operator; write two conditions under allOf",
      'policy.yaml:12:21: unknown effect "aprove"; did you mean "approve"?',
      "policy.yaml:13:5: name is missing",
      "policy.yaml:13:18: anyOf needs a list of at least one condition",
      'policy.yaml:15:5: unknown key "when"; did you mean "then"?',
      "policy.yaml:16:22: a day is one of Mon, Tue, Wed, Thu, Fri, Sat and Sun, or a range such as Mon-Fri",
      'policy.yaml:16:39: from must be a time of day such as "08:00"',
      'policy.yaml:16:67: unknown time zone "Europe/Amsterdm"; use an IANA name such as Europe/Amsterdam, or UTC',
      "policy.yaml:17:16: expiresOn must be a date or an instant such as 2026-12-01T00:00:00Z",
      "policy.yaml:18:10: default must be hold or reject; to approve connections, write a rule",
      'policy.yaml:19:26: max must be a whole number of at least 0, not "many"',
    ]);
  });

  it.each([
    [
      "a field that no count goes through",
      "{ count: { field: endpoint.name }, equals: 1 }",
      "a count over a field needs [*]",
    ],
    [
      "a count compared with text",
      '{ count: { field: "endpoint.privateAddresses[*]" }, like: "1*" }',
      "a count is compared with one of",
    ],
    [
      "a count compared with what is not a number",
      '{ count: { field: "endpoint.privateAddresses[*]" }, equals: many }',
      "a count must be compared with a number",
    ],
    [
      "a count over two lists",
      '{ count: { field: "endpoint.privateAddresses[*]", value: [1] }, equals: 1 }',
      "either a field or a value",
    ],
    [
      "current() outside a count",
      '{ value: "[current()]", equals: 1 }',
      "only allowed inside the where of a count",
    ],
    [
      "the wrong number of arguments",
      "{ value: \"[split('a')]\", equals: 1 }",
      "split() needs 2 arguments, but has 1",
    ],
    [
      "an operator beside allOf",
      "{ allOf: [{ field: requester.tenant, equals: ours }], equals: 1 }",
      '"equals" cannot be combined with allOf',
    ],
    ["two subjects", "{ field: service.name, value: a, equals: 1 }", '"value" cannot be combined with field'],
    ["no operator", "{ field: service.name }", "this condition has no operator"],
    [
      "[*] in what is not a list",
      '{ field: "service.name[*]", equals: a }',
      "service.name is text; it has no members",
    ],
    ["a key in what is no object", "{ field: service.name.first, equals: a }", "service.name is text"],
    ["an array for equals", "{ field: service.name, equals: [a] }", "not a list or an object"],
    ["null for like", "{ field: service.name, like: null }", "expected text"],
  ])("refuses %s", (_, condition, message) => {
    expect(problemsOf(ruleOf(condition, "hold"))).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ["nothing", ""],
    ["a scalar", "42"],
    ["a list", "[1, 2]"],
    ["broken YAML", "name: [\n"],
    ["a repeated key", "name: a\nname: b\nrules: []"],
    ["an alias", "name: &a x\ndescription: *a\nrules: []"],
    [
      "an effect that objects inherit",
      ruleOf("{ field: endpoint.name, exists: true }").replace(/effect: \w+/, "effect: constructor"),
    ],
    ["a prototype for a key", "__proto__: { name: x }\nname: a\nrules: []"],
    ["a hundred thousand brackets", "[".repeat(100_000)],
    [
      "a deep condition",
      ruleOf(`${"{ not: ".repeat(40)}{ field: endpoint.name, exists: true }${" }".repeat(40)}`),
    ],
    ["a deep expression", ruleOf(`{ field: endpoint.name, equals: "[${"f(".repeat(5_000)}]" }`)],
    ["more than a mebibyte", `name: ${"x".repeat(1_100_000)}`],
    [
      "more than 20,000 conditions",
      `name: a\nrules:\n${Array.from({ length: 7_000 }, (_, i) => `- {name: r${i}, if: {anyOf: [{value: 1, equals: 1},{value: 1, equals: 1},{value: 1, equals: 1}]}, then: {effect: hold}}`).join("\n")}`,
    ],
    [
      "more than 10,000 rules",
      `name: a\nrules:\n${Array.from({ length: 10_001 }, (_, i) => `- {name: r${i}, if: {value: 1, equals: 1}, then: {effect: hold}}`).join("\n")}`,
    ],
  ])("answers %s with a located problem and never throws", (_, text) => {
    expect(problemsOf(text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^policy\.yaml:\d+:\d+: ./)]),
    );
  });

  it("says of a file of more than a mebibyte just that", () => {
    expect(problemsOf(`name: ${"x".repeat(1_100_000)}`)).toEqual([
      "policy.yaml:1:1: this file is larger than 1 MiB; split the policy into several files",
    ]);
  });

  it("says of text that is nested too deep just that", () => {
    expect(problemsOf(`name: p\nrules: ${"[".repeat(40)}${"]".repeat(40)}`).join("\n")).toContain(
      "nesting is deeper than 32 levels",
    );
    expect(problemsOf("[".repeat(20_000))).toEqual([
      "policy.yaml:1:1: nesting is deeper than 32 levels; flatten this, or split it into several rules",
    ]);
  });
});

describe("parameters", () => {
  const declaring = (declaration: string) => `name: p\nparameters: { zones: ${declaration} }\nrules: []`;
  it.each([
    ["{ type: Array }", "has no value; add a defaultValue"],
    ["{ type: Array, defaultValue: a }", "is not of type Array"],
    ["{ type: Arry, defaultValue: [] }", 'did you mean "Array"?'],
    ["{ type: Int, defaultValue: 1 }", 'unknown type "Int"; did you mean "Integer"?'],
    ["{ type: Array, defaultValue: [], default: [] }", 'unknown key "default"; did you mean "defaultValue"?'],
    ["{ type: String, defaultValue: c, allowedValues: [a, b] }", "is not one of its allowedValues"],
  ])("%s is refused", (declaration, message) => {
    expect(problemsOf(declaring(declaration))).toEqual([expect.stringContaining(message)]);
  });

  it("refuses a value from outside that is of another type, or whose name no file declares", () => {
    const text = declaring("{ type: Array, defaultValue: [] }");
    expect(() => policyOf(text, { zones: "a" })).toThrow("the supplied value of parameter");
    expect(() => policyOf(text, { zone: ["a"] })).toThrow('no policy file declares; did you mean "zones"?');
  });
});
