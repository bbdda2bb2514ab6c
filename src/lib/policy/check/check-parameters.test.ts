import { describe, expect, it } from "vitest";
import { problemsOf, ruleOf } from "../../../../test/policy/policy-makers.ts";
import { parameterTypes } from "./check-parameters.ts";

describe("a parameter", () => {
  it.each([
    ["without a value", "{ type: Array }", "3:3", "has no value"],
    ["with a value of another type", "{ type: Array, defaultValue: one }", "3:39", "is not of type Array"],
  ])("%s is reported once, and not wherever it is used", (_, parameter, place, message) => {
    const text = `name: wrong
parameters:
  zones: ${parameter}
  max: { type: Integer, defaultValue: 3 }
limits: [{ name: l, max: "[parameters('max')]" }]
rules:
  - name: a
    if: { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
    then: { effect: approve }
  - name: b
    if:
      allOf:
        - { value: "[first(parameters('ZONES'))]", equals: a }
        - { field: service.name, in: [a, "[parameters('zones')[0]]"] }
        - { count: { value: "[parameters('zones')]" }, greater: 2 }
    then: { effect: hold }
exemptions:
  - { name: e, rule: b, subscription: "[parameters('zones')]" }`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(new RegExp(`^policy.yaml:${place}: .*parameter "zones" ${message}`)),
    ]);
  });

  it("without a value does not hide a name that is no parameter", () => {
    const text = ruleOf("{ field: service.name, in: \"[parameters('zone')]\" }", "hold").concat(
      "\nparameters: { zones: { type: Array } }",
    );
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('unknown parameter "zone"; did you mean "zones"?'),
      expect.stringContaining(
        `parameter "zones" has no value; add a defaultValue, or give values with --parameters`,
      ),
    ]);
  });

  it.each(parameterTypes)("of type %s without a value is reported with a sample that is one", (type) => {
    const text = ruleOf("{ field: service.name, exists: true }", "hold");
    const declared = (more: string) => `${text}\nparameters: { p: { type: ${type}${more} } }`;
    const [problem = ""] = problemsOf(declared(""));
    const sample = /such as '(.*)'$/.exec(problem)?.[1] ?? "";
    const { p } = JSON.parse(sample) as { readonly p: unknown };
    expect(problemsOf(declared(`, defaultValue: ${JSON.stringify(p)}`))).toEqual([]);
  });
});
