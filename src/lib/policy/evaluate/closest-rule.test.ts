import { describe, expect, it } from "vitest";
import { approverActions, readerActions } from "../../../../simulator/estate/estate.ts";
import { verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { known, unknown } from "../values/fact.ts";
import type { UnknownReason } from "../values/unknown-reason.ts";
import { connectionCatalogue } from "../language/fields.ts";
import { describeGrant, missingRight, permissions } from "../language/permission.ts";

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

  it.each([
    [
      "contradicts itself",
      "{ field: requester.tenant, equals: ours }, { field: requester.tenant, equals: foreign }",
    ],
    ["needs another state than Pending", "{ field: connection.state, equals: Approved }"],
  ])("do not name a rule that %s, however many of its conditions are met", (_, impossible) => {
    const dead = `  - name: dead
    if: { allOf: [{ field: endpoint.subscriptionId, equals: a }, { field: endpoint.location, equals: westeurope }, ${impossible}] }
    then: { effect: approve }
`;
    const given = { ...requester, "requester.tenant": known("ours"), "connection.state": known("Pending") };
    expect(verdictOf(policy + dead, given).reasons).toEqual(verdictOf(policy, given).reasons);
    const only = verdictOf(`name: p\nrules:\n${dead}`, given).reasons;
    expect(only).toEqual(["no rule applies, and the default is hold"]);
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
  const actionFor = (field: string, reason: UnknownReason) => missingRight(field, reason, [])?.action;

  it("names the right that would settle it, and the subscription in which it is missing", () => {
    const held = verdictOf(policy, { ...requester, "endpoint.subnet.name": unknown("forbidden") });
    expect(held.reasons.join()).toContain(
      "endpoint.subnet.name is unknown (forbidden: the app has no right to read it); grant Microsoft.Network/privateEndpoints/read on the requester's subscription a",
    );
    const right = {
      action: "Microsoft.Network/privateEndpoints/read",
      role: "reader",
      whose: "requester",
      subscription: "a",
    };
    expect(held.unknown).toEqual([{ field: "endpoint.subnet.name", reason: "forbidden", right }]);
    expect(actionFor("endpoint.subnet.addressPrefixes[*]", "forbidden")).toContain("virtualNetworks/read");
    expect(actionFor("endpoint.virtualNetwork.tags['a']", "not-visible")).toContain("virtualNetworks/read");
    expect(actionFor("requester.managementGroups", "not-found")).toBe(
      "Microsoft.Resources/subscriptions/read",
    );
  });

  it("names the service's own subscription, and none where those of all approved endpoints count", () => {
    const id =
      "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/privateEndpointConnections/pe";
    const facts = connectionCatalogue.fields.map(({ name }) =>
      name === "connection.id" ? known(id) : unknown("forbidden"),
    );
    expect(missingRight("service.tags['stage']", "forbidden", facts)).toEqual({
      action: "Microsoft.ApiManagement/service/read",
      role: "approver",
      whose: "service",
      subscription: "s",
    });
    const counted = missingRight("counts.fromVirtualNetwork", "forbidden", facts);
    expect(counted).toEqual({
      action: "Microsoft.Network/privateEndpoints/read",
      role: "reader",
      whose: "approved endpoints",
    });
    expect(counted && describeGrant(counted)).toContain("on the subscriptions of all approved endpoints");
  });

  it("names none where a right would not settle it", () => {
    expect(actionFor("endpoint.subnet.name", "foreign-tenant")).toBeUndefined();
    expect(actionFor("endpoint.subnet.name", "throttled")).toBeUndefined();
    expect(actionFor("endpoint.subnet.name", "not-found")).toBeUndefined();
    expect(actionFor("an expression", "function-failed")).toBeUndefined();
  });

  it("names rights that the role of the documentation has", () => {
    const actions = Object.values(permissions).map(({ action }) => action);
    expect(actions.filter((action) => ![...approverActions, ...readerActions].includes(action))).toEqual([]);
  });
});
