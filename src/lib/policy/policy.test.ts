import { describe, expect, it } from "vitest";
import { compile, type CompiledPolicy } from "./compile.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { absent, known, unknown, type Fact, type FactValue } from "./fact.ts";
import { connectionCatalogue, fields, type FieldName } from "./field.ts";
import { load } from "./load.ts";
import { formatProblem } from "./problem.ts";

const landingZone = "22222222-2222-4222-8222-222222222222";

function policyOf(text: string, values: Record<string, FactValue> = {}): CompiledPolicy {
  const loaded = load([{ file: "policy.yaml", text }], connectionCatalogue, new Map(Object.entries(values)));
  if (loaded.kind === "invalid") throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.compiled;
}

function problemsOf(text: string): string[] {
  const loaded = load([{ file: "policy.yaml", text }], connectionCatalogue, new Map());
  return loaded.kind === "invalid" ? loaded.problems.map(formatProblem) : [];
}

/** Every fact is absent but those that are given. */
function facts(given: Partial<Record<FieldName, Fact>>): Fact[] {
  return fields.map(({ name }) => given[name] ?? absent);
}

const verdictOf = (text: string, given: Partial<Record<FieldName, Fact>>) =>
  evaluate(policyOf(text), facts(given), connectionCatalogue);

const three = `
name: three
rules:
  - name: a rejects
    if: { field: endpoint.location, equals: eastus }
    then: { effect: reject, reason: not from there }
  - name: b holds
    if: { field: endpoint.subnet.name, equals: shared }
    then: { effect: hold }
  - name: c approves
    if: { field: endpoint.subscriptionId, equals: ${landingZone} }
    then: { effect: approve }
`;

const mine = { "endpoint.subscriptionId": known(landingZone) };

describe("a verdict", () => {
  it("approves where an approve rule is true and nothing stands against it", () => {
    expect(verdictOf(three, mine)).toEqual({
      kind: "approve",
      rule: "c approves",
      reasons: ['rule "c approves" approves it'],
      unknown: [],
    });
  });

  it("rejects where a reject rule is true, whatever approves", () => {
    const verdict = verdictOf(three, { ...mine, "endpoint.location": known("eastus") });
    expect(verdict).toMatchObject({
      kind: "reject",
      reasons: ['rule "a rejects" rejects it: not from there'],
    });
  });

  it("holds where a reject rule is unknown, and names the fact that would settle it", () => {
    const verdict = verdictOf(three, { ...mine, "endpoint.location": unknown("forbidden") });
    expect(verdict).toEqual({
      kind: "hold",
      rule: "a rejects",
      reasons: ['rule "a rejects" (reject) cannot be decided: endpoint.location is unknown (forbidden)'],
      unknown: [{ field: "endpoint.location", reason: "forbidden" }],
    });
  });

  it("holds where a hold rule is true or unknown, whatever approves", () => {
    expect(verdictOf(three, { ...mine, "endpoint.subnet.name": known("Shared") }).kind).toBe("hold");
    expect(verdictOf(three, { ...mine, "endpoint.subnet.name": unknown("timed-out") }).kind).toBe("hold");
  });

  it("holds where the only approve rule is unknown", () => {
    expect(verdictOf(three, { "endpoint.subscriptionId": unknown("no-endpoint") })).toMatchObject({
      kind: "hold",
      rule: "c approves",
    });
  });

  it("holds by default", () => {
    expect(verdictOf(three, {})).toMatchObject({
      kind: "hold",
      reasons: ["no rule applies, and the default is hold"],
    });
  });

  it("rejects by default only where the policy says so and every fact is known", () => {
    const text = "name: closed\ndefault: reject\nrules: []\n";
    expect(verdictOf(text, {}).kind).toBe("reject");
    expect(verdictOf(text, { "service.tags": unknown("empty-answer") })).toMatchObject({
      kind: "hold",
      unknown: [{ field: "service.tags", reason: "empty-answer" }],
    });
  });

  it("does not depend on the order of rules", () => {
    const policy = policyOf(three).policy;
    const reversed = compile({ ...policy, rules: policy.rules.toReversed() });
    for (const given of [mine, {}, { ...mine, "endpoint.location": unknown("failed") }])
      expect(evaluate(reversed, facts(given), connectionCatalogue)).toEqual(
        evaluate(policyOf(three), facts(given), connectionCatalogue),
      );
  });

  it("names only the unknown facts that it hangs on", () => {
    const text = `
name: either
rules:
  - name: either
    if:
      anyOf:
        - allOf:
            - { field: endpoint.location, equals: westeurope }
            - { field: endpoint.subnet.name, equals: a }
        - { field: connection.groupId, equals: Gateway }
    then: { effect: approve }
`;
    const verdict = verdictOf(text, {
      "endpoint.location": known("eastus"),
      "endpoint.subnet.name": unknown("forbidden"),
      "connection.groupId": unknown("empty-answer"),
    });
    expect(verdict.unknown).toEqual([{ field: "connection.groupId", reason: "empty-answer" }]);
  });
});

describe("three values", () => {
  const rule = (condition: string) =>
    `name: t\nrules: [{ name: r, if: ${condition}, then: { effect: reject } }]`;
  const unknownLocation = { "endpoint.location": unknown("forbidden") };
  it.each([
    ["not unknown is unknown", "{ not: { field: endpoint.location, equals: a } }", "hold"],
    [
      "false decides allOf",
      "{ allOf: [{ field: endpoint.location, equals: a }, { field: endpoint.name, equals: a }] }",
      "none",
    ],
    [
      "true decides anyOf",
      "{ anyOf: [{ field: endpoint.location, equals: a }, { field: endpoint.name, exists: false }] }",
      "reject",
    ],
    ["exists on unknown is unknown", "{ field: endpoint.location, exists: true }", "hold"],
    ["notEquals on unknown is unknown", "{ field: endpoint.location, notEquals: a }", "hold"],
  ])("%s", (_, condition, expected) => {
    const verdict = verdictOf(rule(condition), unknownLocation);
    expect(verdict.reasons[0]?.includes("no rule applies") ? "none" : verdict.kind).toBe(expected);
  });

  it("keeps a tag that is absent apart from tags that are unknown", () => {
    const text = rule("{ field: \"endpoint.tags['owner']\", exists: false }");
    expect(verdictOf(text, { "endpoint.tags": known({ Cost: "1" }) }).kind).toBe("reject");
    expect(verdictOf(text, { "endpoint.tags": known({ OWNER: "me" }) }).reasons[0]).toMatch(
      /no rule applies/,
    );
    expect(verdictOf(text, { "endpoint.tags": unknown("forbidden") })).toMatchObject({
      kind: "hold",
      unknown: [{ field: "endpoint.tags['owner']", reason: "forbidden" }],
    });
  });
});

describe("loading", () => {
  it("fills parameters in, and prefers a value from outside to the default", () => {
    const text = `
name: p
parameters: { zones: { type: Array, defaultValue: [a] } }
rules:
  - name: r
    if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
    then: { effect: approve }
`;
    const given = facts({ "endpoint.subscriptionId": known("b") });
    expect(evaluate(policyOf(text), given, connectionCatalogue).kind).toBe("hold");
    expect(evaluate(policyOf(text, { zones: ["b"] }), given, connectionCatalogue).kind).toBe("approve");
  });

  it("takes [[ for a literal bracket", () => {
    const text =
      "name: p\nrules: [{ name: r, if: { field: endpoint.subnet.name, equals: '[[x]' }, then: { effect: approve } }]";
    expect(verdictOf(text, { "endpoint.subnet.name": known("[x]") }).kind).toBe("approve");
  });

  it("reads JSON as well as YAML", () => {
    const json = JSON.stringify({ name: "j", rules: [], default: "hold" });
    expect(policyOf(json).policy).toEqual({ name: "j", rules: [], default: "hold" });
  });

  it("normalises locations on both sides", () => {
    const text =
      "name: p\nrules: [{ name: r, if: { field: endpoint.location, in: [West Europe] }, then: { effect: approve } }]";
    expect(verdictOf(text, { "endpoint.location": known("westeurope") }).kind).toBe("approve");
  });

  it("reports every mistake in one go, each where it stands", () => {
    const text = `name: wrong
rules:
  - name: one
    if:
      allOf:
        - { field: endpoint.locaton, equals: westeurope }
        - { field: endpoint.location, equal: westeurope }
        - { field: endpoint.location, in: westeurope }
        - { field: endpoint.location, equals: "[parameters('none')]" }
    then: { effect: aprove }
  - if: { anyOf: [] }
    then: { effect: hold }
    when: never
default: approve
`;
    expect(problemsOf(text)).toEqual([
      "policy.yaml:14:10: default must be hold or reject; approving is what rules are for",
      'policy.yaml:10:21: there is no effect "aprove"; it is one of approve, reject, hold',
      'policy.yaml:6:20: there is no field "endpoint.locaton"; did you mean "endpoint.location"?',
      'policy.yaml:7:39: "equal" cannot stand here; did you mean "equals"?',
      "policy.yaml:8:43: in: a list must stand here",
      'policy.yaml:9:47: there is no parameter "none"',
      'policy.yaml:13:5: "when" cannot stand here; did you mean "then"?',
      "policy.yaml:11:5: name is missing or is not text",
      "policy.yaml:11:18: anyOf needs a list of at least one condition",
    ]);
  });

  it.each([
    ["the message alone", "{ field: connection.message, contains: please }"],
    [
      "a tag, or the message",
      "{ anyOf: [{ field: endpoint.tags.owner, equals: me }, { field: connection.message, exists: true }] }",
    ],
    [
      "a subscription or a tag",
      "{ anyOf: [{ field: endpoint.subscriptionId, equals: x }, { field: endpoint.tags.owner, equals: me }] }",
    ],
    [
      "not both, by De Morgan",
      "{ not: { allOf: [{ field: endpoint.subscriptionId, equals: x }, { field: endpoint.name, equals: y }] } }",
    ],
  ])("refuses to approve on %s", (_, condition) => {
    const text = `name: p\nrules: [{ name: r, if: ${condition}, then: { effect: approve } }]`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining("would approve on what the requester chose alone"),
    ]);
  });

  it("lets what the requester chose narrow an approval", () => {
    const text =
      "name: p\nrules: [{ name: r, if: { allOf: [{ field: endpoint.subscriptionId, equals: x }, { field: connection.message, contains: y }] }, then: { effect: approve } }]";
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ["nothing", ""],
    ["a scalar", "42"],
    ["a list", "[1, 2]"],
    ["broken YAML", "name: [\n"],
    ["a repeated key", "name: a\nname: b\nrules: []"],
    ["an alias", "name: &a x\ndescription: *a\nrules: []"],
    ["a prototype for a key", "__proto__: { name: x }\nname: a\nrules: []"],
    ["a hundred thousand brackets", "[".repeat(100_000)],
    [
      "a deep condition",
      `name: a\nrules: [{ name: r, if: ${"{ not: ".repeat(40)}{ field: endpoint.name, exists: true }${" }".repeat(40)}, then: { effect: hold } }]`,
    ],
    [
      "a deep expression",
      `name: a\nrules: [{ name: r, if: { field: endpoint.name, equals: "[${"f(".repeat(5_000)}]" }, then: { effect: hold } }]`,
    ],
    ["more than a mebibyte", `name: ${"x".repeat(1_100_000)}`],
  ])("answers %s with a located problem and never throws", (_, text) => {
    expect(problemsOf(text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^policy\.yaml:\d+:\d+: ./)]),
    );
  });

  it("says of text that is nested too deep just that", () => {
    expect(problemsOf("[".repeat(20_000))).toEqual(["policy.yaml:1:1: this is nested deeper than 32 levels"]);
  });

  it("makes several files one set, whose rules must have names of their own", () => {
    const one = {
      file: "a.yaml",
      text: "name: a\nrules: [{ name: r, if: { field: endpoint.name, exists: true }, then: { effect: hold } }]",
    };
    const loaded = load([one, { ...one, file: "b.yaml" }], connectionCatalogue, new Map());
    expect(loaded).toMatchObject({
      kind: "invalid",
      problems: [{ file: "b.yaml", message: expect.stringContaining("two rules") }],
    });
  });
});

describe("an explanation", () => {
  it("says of each condition what was wanted, what was read and what came of it", () => {
    const { policy } = policyOf(three);
    const explained = explain(policy, facts({ ...mine, "endpoint.location": unknown("forbidden") }));
    expect(explained[0]).toEqual({
      name: "a rejects",
      effect: "reject",
      result: "unknown",
      conditions: [
        {
          path: "rules[0].if",
          field: "endpoint.location",
          operator: "equals",
          targetValue: "eastus",
          expressionValue: { unknown: "forbidden" },
          result: "unknown",
        },
      ],
    });
    expect(explained[2]?.result).toBe("true");
  });
});
