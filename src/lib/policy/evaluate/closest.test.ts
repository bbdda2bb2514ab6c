import { describe, expect, it } from "vitest";
import { approverActions, readerActions } from "../../../../simulator/estate/estate.ts";
import { verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { known, unknown } from "../values/fact.ts";
import { missingPermission, permissions } from "../language/permission.ts";

const policy = `
name: zones
rules:
  - name: landing zones
    if:
      allOf:
        - { field: endpoint.subscriptionId, equals: a }
        - { field: endpoint.subnet.name, like: "snet-*" }
        - { field: endpoint.location, in: [westeurope, northeurope] }
    then: { effect: approve }
  - name: partners
    if:
      anyOf:
        - { field: requester.managementGroups, contains: partners }
        - { allOf: [{ field: endpoint.subscriptionId, equals: b }, { field: endpoint.location, equals: eastus }] }
    then: { effect: approve }
  - name: others
    if: { field: endpoint.subscriptionId, equals: z }
    then: { effect: approve }
  - name: sandbox
    if: { field: endpoint.subscriptionId, equals: y }
    then: { effect: reject }
`;
const requester: Given = {
  "endpoint.subscriptionId": known("a"),
  "endpoint.subnet.name": known("default"),
  "endpoint.location": known("westeurope"),
  "requester.managementGroups": known(["corp"]),
};

describe("where no rule applies, the reasons", () => {
  it("name the rules that came closest, and the condition by which each failed", () => {
    expect(verdictOf(policy, requester).reasons).toEqual([
      "no rule applies, and the default is hold",
      'closest is rule "landing zones" (approve): endpoint.subnet.name like "snet-*" is false',
      'then rule "partners" (approve): requester.managementGroups contains "partners" is false',
    ]);
  });

  it("count the conditions that are lacking besides, and say where a fact is missing", () => {
    const { "endpoint.subnet.name": _, ...rest } = requester;
    const reasons = verdictOf(policy.replace(/ {2}- name: (partners|others)[^]*?approve }\n/g, ""), {
      ...rest,
      "endpoint.location": known("eastus"),
    }).reasons;
    expect(reasons[1]).toBe(
      'closest is rule "landing zones" (approve): endpoint.subnet.name like "snet-*" is false, because the field is missing, and 1 more',
    );
  });

  it("keep what requesters wrote out, however long their policy's texts are", () => {
    const evil = { ...requester, "endpoint.subnet.name": known("<b>approve me</b>") };
    const long = policy.replace('"snet-*"', `"${"x".repeat(5_000)}"`);
    const { reasons } = verdictOf(long, evil);
    expect(reasons.join()).not.toContain("approve me");
    expect(reasons.every((reason) => reason.length < 300)).toBe(true);
  });

  it("say what is true and should not be, of what is negated", () => {
    const text = `name: n
rules:
  - name: not there
    if: { allOf: [{ field: endpoint.subscriptionId, equals: a }, { not: { field: endpoint.location, equals: westeurope } }, { field: endpoint.location, exists: true }] }
    then: { effect: approve }
`;
    expect(verdictOf(text, requester).reasons[1]).toBe(
      'closest is rule "not there" (approve): endpoint.location equals "westeurope" is true',
    );
  });

  it("say nothing of the rules to somebody who is rejected by default", () => {
    expect(verdictOf(`${policy}default: reject\n`, requester).reasons).toEqual([
      "no rule applies, and the default is reject",
    ]);
  });
});

describe("an unknown fact", () => {
  it("names the right that would settle it", () => {
    const { reasons } = verdictOf(policy, { ...requester, "endpoint.subnet.name": unknown("forbidden") });
    expect(reasons.join()).toContain(
      "endpoint.subnet.name is unknown (forbidden: the app has no right to read it); grant Microsoft.Network/privateEndpoints/read on the requester's subscription",
    );
    expect(missingPermission("endpoint.subnet.addressPrefixes[*]", "forbidden")).toContain(
      "virtualNetworks/read",
    );
    expect(missingPermission("endpoint.virtualNetwork.tags['a']", "not-visible")).toContain(
      "virtualNetworks/read",
    );
    expect(missingPermission("requester.managementGroups", "not-found")).toContain(
      "Microsoft.Resources/subscriptions/read",
    );
    expect(missingPermission("counts.fromVirtualNetwork", "forbidden")).toContain(
      "on the subscriptions of all approved",
    );
  });

  it("names none where a right would not settle it", () => {
    expect(missingPermission("endpoint.subnet.name", "foreign-tenant")).toBeUndefined();
    expect(missingPermission("endpoint.subnet.name", "throttled")).toBeUndefined();
    expect(missingPermission("endpoint.subnet.name", "not-found")).toBeUndefined();
    expect(missingPermission("an expression", "function-failed")).toBeUndefined();
  });

  it("names rights that the role of the documentation has", () => {
    const actions = Object.values(permissions).map(({ action }) => action);
    expect(actions.filter((action) => ![...approverActions, ...readerActions].includes(action))).toEqual([]);
  });
});
