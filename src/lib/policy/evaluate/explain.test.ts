import { describe, expect, it } from "vitest";
import { envOf, policyOf } from "../../../../test/policy/policy-makers.ts";
import { explain, explainVerdict } from "./explain.ts";
import { known, unknown } from "../values/fact.ts";
import { printExplanation } from "./print-explanation.ts";

const policy = policyOf(`
name: explained
parameters: { zones: { type: Array, defaultValue: [sub-a, sub-b] } }
rules:
  - name: from our own network
    if:
      allOf:
        - { field: endpoint.subscriptionId, in: "[parameters('zones')]" }
        - count: { field: "endpoint.subnet.addressPrefixes[*]", where: { value: "[ipRangeContains('10.20.0.0/14', current())]", equals: true } }
          greater: 0
        - not: { field: endpoint.location, equals: eastus }
        - { field: endpoint.location, exists: true }
    then: { effect: approve }
  - name: sandbox
    if: { field: requester.managementGroups, contains: sandbox }
    then: { effect: reject }
`);
const env = envOf(policy, {
  "endpoint.subscriptionId": known("sub-b"),
  "endpoint.subnet.addressPrefixes": known(["10.21.0.0/24", "192.168.0.0/24"]),
  "endpoint.location": known("westeurope"),
  "requester.managementGroups": unknown("forbidden"),
});

describe("an explanation", () => {
  it("says of each condition, in Azure Policy's words, what was wanted, what was read and what came of it", () => {
    const [sandbox, own] = explain(policy, env);
    expect(sandbox).toEqual({
      name: "sandbox",
      effect: "reject",
      result: "unknown",
      condition: {
        path: "rules[1].if",
        expression: "requester.managementGroups",
        operator: "contains",
        expressionUnknown: "forbidden",
        targetValue: "sandbox",
        result: "unknown",
      },
    });
    expect(own?.condition.members?.[0]).toMatchObject({
      path: "rules[0].if.allOf[0]",
      expressionValue: "sub-b",
      targetValue: ["sub-a", "sub-b"],
      result: "true",
    });
    expect(own?.condition.members?.[1]).toMatchObject({
      expressionValue: 1,
      targetValue: 0,
      result: "true",
      members: [{ result: "true" }, { result: "false" }],
    });
    expect(own?.condition.members?.[2]).toMatchObject({ expression: "not", members: [{ result: "false" }] });
  });

  it("of a verdict leaves out the rules that are false", () => {
    expect(explainVerdict(policy, env).map(({ name }) => name)).toEqual(["sandbox", "from our own network"]);
  });

  it("of the default has the rules that are closest to an approval, with what is not met", () => {
    const elsewhere = envOf(policy, {
      "requester.managementGroups": known([]),
      "endpoint.subscriptionId": known("sub-c"),
      "endpoint.subnet.addressPrefixes": known(["10.21.0.0/24"]),
      "endpoint.location": known("westeurope"),
    });
    const [closest, ...others] = explainVerdict(policy, elsewhere);
    expect(closest).toMatchObject({ name: "from our own network", effect: "approve", result: "false" });
    expect(closest?.condition.members?.map(({ result }) => result)).toEqual([
      "false",
      "true",
      "true",
      "true",
    ]);
    expect(closest?.condition.members?.[0]).toMatchObject({ expressionValue: "sub-c", result: "false" });
    expect(others).toEqual([]);
  });

  it("reads as a tree", () => {
    expect(printExplanation(explain(policy, env))).toBe(`? reject  sandbox
  ? requester.managementGroups contains "sandbox"  (unknown: forbidden)
✓ approve  from our own network
  ✓ allOf
    ✓ endpoint.subscriptionId in ["sub-a","sub-b"]  (was "sub-b")
    ✓ count(endpoint.subnet.addressPrefixes[*]) greater 0  (was 1)
      ✓ [ipRangeContains('10.20.0.0/14', current())] equals true  (was true)
      ✗ [ipRangeContains('10.20.0.0/14', current())] equals true  (was false)
    ✓ not
      ✗ endpoint.location equals "eastus"  (was "westeurope")
    ✓ endpoint.location exists true  (was "westeurope")
`);
  });
});
