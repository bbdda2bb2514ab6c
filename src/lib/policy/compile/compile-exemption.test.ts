import { describe, expect, it } from "vitest";
import { factsOf, noon, type Given } from "../../../../test/policy/policy-makers.ts";
import { Layout, prepare } from "../language/env.ts";
import { connectionCatalogue, type Catalogue } from "../language/fields.ts";
import type { Exemption, ExemptionTarget } from "../language/policy.ts";
import { known, unknown } from "../values/fact.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { compileExemption } from "./compile-exemption.ts";

const at = { file: "policy.yaml", line: 1, column: 1 } as unknown as Exemption["at"];
const exemptionOf = (target: ExemptionTarget, expiresOn?: number): Exemption => ({
  name: "e",
  rule: "r",
  target,
  at,
  ...(expiresOn === undefined ? {} : { expiresOn }),
});

function truthOf(exemption: Exemption, given: Given): Truth {
  const layout = new Layout();
  const { applies } = compileExemption(exemption, connectionCatalogue, layout);
  return applies(prepare(factsOf(given), layout, noon));
}

const inGroup = (subscription: string, group: string): Given => ({
  "endpoint.subscriptionId": known(subscription),
  "endpoint.resourceGroup": known(group),
});
const unsure = unknown("no-endpoint");

describe("an exemption", () => {
  const ids = ["pe-1", "pe-2"];
  const groups = [
    { subscriptionId: "sub-a", name: "rg-1" },
    { subscriptionId: "sub-b", name: "rg-2" },
  ];
  const [ofEndpoints, ofSubscriptions, ofGroups]: readonly ExemptionTarget[] = [
    { kind: "endpoint", ids },
    { kind: "subscription", ids: ["sub-a"] },
    { kind: "resourceGroup", groups },
  ] as const;

  it.each<[what: string, target: ExemptionTarget | undefined, given: Given, truth: Truth]>([
    ["of endpoints applies to each of them", ofEndpoints, { "endpoint.id": known("PE-2") }, TRUE],
    ["of endpoints applies to no other", ofEndpoints, { "endpoint.id": known("pe-3") }, FALSE],
    ["of endpoints may apply to an unknown one", ofEndpoints, { "endpoint.id": unsure }, UNKNOWN],
    ["of a subscription applies to its endpoints", ofSubscriptions, inGroup("SUB-A", "rg-9"), TRUE],
    ["of a subscription applies to no other", ofSubscriptions, inGroup("sub-b", "rg-9"), FALSE],
    [
      "of a subscription may apply to an unknown one",
      ofSubscriptions,
      { "endpoint.subscriptionId": unsure },
      UNKNOWN,
    ],
    ["of resource groups applies in each of them", ofGroups, inGroup("sub-b", "RG-2"), TRUE],
    [
      "of resource groups does not apply in a group of that name elsewhere",
      ofGroups,
      inGroup("sub-b", "rg-1"),
      FALSE,
    ],
    ["of resource groups does not apply in another group", ofGroups, inGroup("sub-a", "rg-3"), FALSE],
  ])("%s", (_, target, given, truth) => {
    expect(target && truthOf(exemptionOf(target), given)).toBe(truth);
  });

  it.each<[kind: string, target: ExemptionTarget]>([
    ["endpoints", { kind: "endpoint", ids: [] }],
    ["subscriptions", { kind: "subscription", ids: [] }],
    ["resource groups", { kind: "resourceGroup", groups: [] }],
  ])("of no %s applies to none, not even to an unknown endpoint", (_, target) => {
    const given: Given = {
      "endpoint.id": unsure,
      "endpoint.subscriptionId": unsure,
      "endpoint.resourceGroup": unsure,
    };
    expect(truthOf(exemptionOf(target), given)).toBe(FALSE);
  });

  it.each<[when: string, expiresOn: number | undefined, truth: Truth]>([
    ["without an end applies", undefined, TRUE],
    ["applies before its end", noon + 1, TRUE],
    ["does not apply at its end", noon, FALSE],
  ])("%s", (_, expiresOn, truth) => {
    const target: ExemptionTarget = { kind: "subscription", ids: ["sub-a"] };
    expect(truthOf(exemptionOf(target, expiresOn), inGroup("sub-a", "rg-1"))).toBe(truth);
  });

  it("that has ended does not apply to an unknown requester either", () => {
    const target: ExemptionTarget = { kind: "subscription", ids: ["sub-a"] };
    expect(truthOf(exemptionOf(target, noon), { "endpoint.subscriptionId": unsure })).toBe(FALSE);
  });

  it("needs a catalogue that has its fields", () => {
    const without: Catalogue = {
      ...connectionCatalogue,
      resolve: () => ({ problem: "there are no fields" }),
    };
    const exemption = exemptionOf({ kind: "subscription", ids: ["sub-a"] });
    expect(() => compileExemption(exemption, without, new Layout())).toThrow(
      "exemptions need the field endpoint.subscriptionId",
    );
  });
});
