import { describe, expect, it } from "vitest";
import { factsOf, noon, policyOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { prepare, type Env } from "../language/env.ts";
import { known, unknown } from "../values/fact.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import type { CompiledPolicy, CompiledRule } from "./compile.ts";
import { decide, type Predicate } from "./decision-diagram.ts";

const isA = "{ field: endpoint.name, equals: a }";
const ruleOf = (name: string, effect = "approve", more = "") =>
  `{ name: ${name}, if: ${isA}, ${more}then: { effect: ${effect} } }`;
const compiledOf = (rules: readonly string[], more = "") =>
  policyOf(`name: p\n${more}\nrules: [${rules.join(", ")}]`);
const envOf = (compiled: CompiledPolicy, given: Given, now = noon): Env =>
  prepare(factsOf(given), compiled.layout, now);
const [a, b, unsure] = [known("a"), known("b"), unknown("forbidden")].map((name): Given => ({
  "endpoint.name": name,
})) as [Given, Given, Given];

/** The truth of a rule, from the function that its decision asks, where it asks one. */
function truthOf({ decision }: CompiledRule, env: Env): Truth {
  return typeof decision === "object" && decision.asks === "condition"
    ? (decision.operand as Predicate)(env)
    : decide(decision, env);
}

function onlyRule(compiled: CompiledPolicy): CompiledRule {
  const all = Object.values(compiled.groups).flatMap(({ rules }) => rules);
  expect(all).toHaveLength(1);
  return all[0] as CompiledRule;
}

describe("the rules of an effect", () => {
  it("are in the order of their names", () => {
    const compiled = compiledOf(["m", "z", "a", "k", "b"].map((name) => ruleOf(name)));
    expect(compiled.groups.approve.rules.map(({ rule }) => rule.name)).toEqual(["a", "b", "k", "m", "z"]);
  });

  it("are apart from those of other effects", () => {
    const compiled = compiledOf(
      ["approve", "reject", "hold", "alert"].map((effect) => ruleOf(effect, effect)),
    );
    const names = Object.entries(compiled.groups).map(([effect, { rules }]) => [
      effect,
      rules.map(({ rule }) => rule.name),
    ]);
    expect(names).toEqual(["approve", "reject", "hold", "alert"].map((effect) => [effect, [effect]]));
  });

  it.each([
    ["approve", "approve"],
    ["reject", "reject"],
    ["hold", "hold"],
    ["alert", "hold"],
  ])("that is %s decide %s if they are true, and hold if they are unknown", (effect, kind) => {
    const { decided, undecided } = onlyRule(compiledOf([ruleOf("r", effect)]));
    expect(decided).toEqual({ kind, because: "rule", rule: "r" });
    expect(undecided).toEqual({ kind: "hold", because: "unknown", rule: "r" });
  });
});

describe("a rule", () => {
  it("that always applies is decided by its condition alone", () => {
    const { decision, condition, window, exemptions } = onlyRule(compiledOf([ruleOf("r")]));
    expect(decision).toBe(condition);
    expect([window, exemptions]).toEqual([undefined, []]);
  });

  const window = "window: { days: [Tue], from: '13:00', to: '14:00', timeZone: UTC }, ";
  const expiry = "expiresOn: 2026-11-24T13:30:00Z, ";
  const closed = Date.parse("2026-11-24T12:59:59Z");
  const open = Date.parse("2026-11-24T13:00:00Z");
  const expired = Date.parse("2026-11-24T13:30:00Z");

  it.each<[what: string, rule: string, now: number, truths: readonly Truth[]]>([
    [
      "that expires is as its condition until then",
      ruleOf("r", "reject", expiry),
      open,
      [TRUE, UNKNOWN, FALSE],
    ],
    ["that is expired is false", ruleOf("r", "reject", expiry), expired, [FALSE, FALSE, FALSE]],
    ["is as its condition in its window", ruleOf("r", "reject", window), open, [TRUE, UNKNOWN, FALSE]],
    ["is false outside of its window", ruleOf("r", "reject", window), closed, [FALSE, FALSE, FALSE]],
    [
      "that approves is as its condition in its window",
      ruleOf("r", "approve", window),
      open,
      [TRUE, UNKNOWN, FALSE],
    ],
    [
      "that approves is at most unknown outside of its window",
      ruleOf("r", "approve", window),
      closed,
      [UNKNOWN, UNKNOWN, FALSE],
    ],
    [
      "that approves is false when it is expired, although its window is open",
      ruleOf("r", "approve", window + expiry),
      expired,
      [FALSE, FALSE, FALSE],
    ],
  ])("%s", (_, text, now, truths) => {
    const compiled = compiledOf([text]);
    const rule = onlyRule(compiled);
    expect([a, unsure, b].map((given) => truthOf(rule, envOf(compiled, given, now)))).toEqual(truths);
    expect([a, unsure, b].map((given) => decide(rule.condition, envOf(compiled, given, now)))).toEqual([
      TRUE,
      UNKNOWN,
      FALSE,
    ]);
  });
});

describe("an exemption from a rule", () => {
  const [exempted, other] = ["22222222", "33333333"].map((id) => `${id}-2222-4222-8222-222222222222`);
  const exemptions = `exemptions: [
    { name: e, rule: r, subscription: ${exempted}, owner: o, ticket: t, expiresOn: 2027-01-01T00:00:00Z }]`;
  const compiled = () => compiledOf([ruleOf("r", "reject"), ruleOf("s", "reject")], exemptions);
  const truthsOf = (rule: CompiledRule | undefined) =>
    [known(exempted ?? ""), unknown("no-endpoint"), known(other ?? "")].map((subscription) =>
      rule === undefined
        ? undefined
        : truthOf(rule, envOf(compiled(), { ...a, "endpoint.subscriptionId": subscription })),
    );

  it("makes a hold of its verdict for whom it names, and leaves the rule to others", () => {
    const { reject, hold } = compiled().groups;
    expect(reject.rules.map(({ rule, exemption }) => [rule.name, exemption])).toEqual([
      ["r", undefined],
      ["s", undefined],
    ]);
    expect(
      hold.rules.map(({ rule, exemption, decided }) => [rule.name, exemption?.name, decided.kind]),
    ).toEqual([["r", "e", "hold"]]);
    expect(truthsOf(reject.rules[0])).toEqual([FALSE, UNKNOWN, TRUE]);
    expect(truthsOf(hold.rules[0])).toEqual([TRUE, UNKNOWN, FALSE]);
  });

  it("is known to the rule and to its hold, and to no other rule", () => {
    const { reject, hold } = compiled().groups;
    const names = [...reject.rules, ...hold.rules].map((rule) =>
      rule.exemptions.map((each) => each.exemption.name),
    );
    expect(names).toEqual([["e"], [], ["e"]]);
  });
});

it("the limits are compiled in the order of their file", () => {
  const compiled = compiledOf([ruleOf("r")], "limits: [{ name: z, max: 3 }, { name: a, max: 0 }]");
  expect(compiled.limits.map(({ limit }) => limit.name)).toEqual(["z", "a"]);
  const env = envOf(compiled, { "counts.approved": known(1) });
  expect(compiled.limits.map(({ status }) => status(env).kind)).toEqual(["free", "reached"]);
});

describe("the count per virtual network is needed", () => {
  const counting = "{ name: r, if: { field: counts.fromVirtualNetwork, less: 3 }, then: { effect: hold } }";
  const limits = (per: string) => `limits: [{ name: l, ${per}max: 3 }]`;

  it.each<[what: string, rules: readonly string[], limits: string, isNeeded: boolean]>([
    ["by a limit per network", [ruleOf("r")], limits("per: endpoint.virtualNetwork.id, "), true],
    ["by a rule that names it", [ruleOf("a"), counting], "", true],
    [
      "neither by another limit nor by other rules",
      [ruleOf("r")],
      limits("per: endpoint.subscriptionId, "),
      false,
    ],
    ["not by a limit in total", [ruleOf("r")], limits(""), false],
    ["not by rules about other fields", [ruleOf("r")], "", false],
  ])("%s", (...[, rules, more, isNeeded]) => {
    expect(compiledOf(rules, more).countsNetworks).toBe(isNeeded);
  });
});

describe("the facts that the default needs", () => {
  const neededBy = (rules: readonly string[]) => {
    const { needed, catalogue } = compiledOf(rules);
    return needed.map((slot) => catalogue.fields[slot]?.name ?? "");
  };

  it("are in the order of the fields, so that reasons do not depend on the order of rules", () => {
    const { needed } = compiledOf([
      "{ name: r, if: { field: requester.tenant, equals: ours }, then: { effect: hold } }",
    ]);
    expect(needed).toEqual(needed.toSorted((one, two) => one - two));
    expect(new Set(needed).size).toBe(needed.length);
  });

  it("are those of the connection, the service and the endpoint, and what rules name", () => {
    const always = neededBy([ruleOf("r")]);
    expect(always).toContain("connection.state");
    expect(always).toContain("endpoint.location");
    expect(always).toContain("service.sku");
    expect(always.filter((name) => name.startsWith("requester."))).toEqual([]);
    const named = neededBy([
      ruleOf("r"),
      "{ name: s, if: { field: requester.tenant, equals: ours }, then: { effect: hold } }",
    ]);
    expect(named.filter((name) => !always.includes(name))).toEqual(["requester.tenant"]);
  });

  it("have the count per virtual network only where a rule names it", () => {
    const counting = "{ name: r, if: { field: counts.fromVirtualNetwork, less: 3 }, then: { effect: hold } }";
    expect(neededBy([ruleOf("r")])).not.toContain("counts.fromVirtualNetwork");
    expect(neededBy([counting])).toContain("counts.fromVirtualNetwork");
  });
});
