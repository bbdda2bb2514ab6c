import { describe, expect, it } from "vitest";
import { problemsOf, ruleOf } from "../../../test/policy/policy-makers.ts";
import { connectionCatalogue } from "./language/fields.ts";
import { load } from "./load.ts";

describe("a policy of which a part has mistakes", () => {
  const mistaken = `name: p
rules:
  - name: a
    if: { field: requester.tenant, equals: ours }
    then: { effect: approve }
  - name: a
    if: { fild: service.location, in: "[parameters('zone')]" }
    then: { effect: aprove }
limits:
  - { name: l, max: many }
  - { name: l, max: 1 }
exemptions:
  - { name: e, rule: b, subscription: 11111111-1111-4111-8111-111111111111, expiresOn: 2027-01-01, owner: o, ticket: t }
`;

  it("is checked for names that are taken and parameters that are not declared there, too", () => {
    expect(problemsOf(mistaken)).toEqual([
      'policy.yaml:6:5: two rules are named "a" (the other is at policy.yaml:3); names must be unique',
      "policy.yaml:7:9: this condition has no field, value or count",
      'policy.yaml:7:11: unknown key "fild"; did you mean "field"?',
      'policy.yaml:7:39: unknown parameter "zone"; this file declares none',
      'policy.yaml:8:21: unknown effect "aprove"; did you mean "approve"?',
      'policy.yaml:10:21: max must be a whole number of at least 0, not "many"',
      'policy.yaml:11:5: two limits are named "l" (the other is at policy.yaml:10); names must be unique',
      'policy.yaml:13:5: exemption "e": unknown rule "b"; did you mean "a"?',
    ]);
  });

  it("has rules to exempt from that have mistakes", () => {
    expect(problemsOf(mistaken.replace("rule: b", "rule: a"))).not.toContainEqual(
      expect.stringContaining("unknown rule"),
    );
    const alone = ruleOf("{ fild: service.location, equals: westeurope }", "reject").concat(
      "\nexemptions: [{ name: e, rule: r, subscription: 11111111-1111-4111-8111-111111111111, expiresOn: 2027-01-01 }]",
    );
    expect(problemsOf(alone)).not.toContainEqual(expect.stringContaining("unknown rule"));
  });

  it.each(["allOf", "anyOf"])("has no findings on an %s that lacks the member with the mistake", (kind) => {
    const parts = `[{ field: endpoint.subscriptionId, in: "[parameters('zones')]" }, { field: endpoint.tags.owner, equals: web }]`;
    const text = `parameters: { zones: { type: Array, defaultValue: x } }\n${ruleOf(`{ ${kind}: ${parts} }`, "approve")}`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('the default value of parameter "zones" is not of type Array'),
    ]);
  });

  it("says that there is more to check, unless all of it was read", () => {
    const loadedOf = (text: string) => load([{ file: "p.yaml", text }], connectionCatalogue);
    expect(loadedOf(mistaken)).toMatchObject({ kind: "invalid", isPartial: true });
    expect(loadedOf("rules: [")).toMatchObject({ kind: "invalid", isPartial: true });
    const twice = mistaken
      .replace(
        "fild: service.location, in: \"[parameters('zone')]\"",
        "field: service.location, equals: westeurope",
      )
      .replace("aprove", "reject")
      .replace("many", "2");
    expect(loadedOf(twice)).toMatchObject({ kind: "invalid", isPartial: false });
  });
});
