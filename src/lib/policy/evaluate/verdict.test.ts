import { describe, expect, it } from "vitest";
import { policyOf, verdictOf } from "../../../../test/policy/policy-makers.ts";
import { compile } from "../compile/compile.ts";
import { known, unknown } from "../values/fact.ts";
import { connectionCatalogue } from "../language/fields.ts";
import { landingZone, three, mine } from "../../../../test/policy/three-rules.ts";

describe("a verdict", () => {
  it("approves where an approve rule is true and nothing stands against it", () => {
    expect(verdictOf(three, mine)).toEqual({
      kind: "approve",
      rule: "c approves",
      reasons: ['rule "c approves" approves it'],
      unknown: [],
      alerts: [],
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
      reasons: [
        `rule "a rejects" (reject) cannot be decided: endpoint.location is unknown (forbidden: the app has no right to read it); grant Microsoft.Network/privateEndpoints/read on the requester's subscription ${landingZone}`,
      ],
      unknown: [
        {
          field: "endpoint.location",
          reason: "forbidden",
          right: {
            action: "Microsoft.Network/privateEndpoints/read",
            role: "reader",
            whose: "requester",
            subscription: landingZone,
          },
        },
      ],
      alerts: [],
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
      reasons: [
        "no rule applies, and the default is hold",
        `closest is rule "c approves" (approve): endpoint.subscriptionId equals "${landingZone}" is false, because the field is missing`,
      ],
    });
  });

  it("does not depend on the order of rules", () => {
    const policy = policyOf(three).policy;
    const reversed = compile({ ...policy, rules: policy.rules.toReversed() }, connectionCatalogue);
    for (const given of [mine, {}, { ...mine, "endpoint.location": unknown("failed") }])
      expect(verdictOf(reversed, given)).toEqual(verdictOf(three, given));
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

describe("a default of reject", () => {
  const closed = "name: closed\ndefault: reject\nrules: []\n";

  it("rejects where connection, service and endpoint were read whole", () => {
    expect(verdictOf(closed, {}).kind).toBe("reject");
    expect(verdictOf(closed, { "requester.managementGroups": unknown("throttled") }).kind).toBe("reject");
  });

  it.each(["service.tags", "endpoint.tags", "connection.groupId"] as const)(
    "holds where %s is unknown",
    (field) => {
      expect(verdictOf(closed, { [field]: unknown("empty-answer") })).toMatchObject({
        kind: "hold",
        unknown: [{ field, reason: "empty-answer" }],
      });
    },
  );

  it("holds where a fact that a rule names is unknown", () => {
    const text = `${closed.replace("rules: []", "")}rules:
  - name: sandbox
    if: { allOf: [{ field: service.name, equals: x }, { field: requester.managementGroups, contains: sandbox }] }
    then: { effect: hold }
`;
    expect(verdictOf(text, { "requester.managementGroups": unknown("throttled") }).kind).toBe("hold");
  });
});

describe("an alert rule", () => {
  const telling = `${three}
  - name: tell the network team
    if: { field: endpoint.location, equals: westeurope }
    then: { effect: alert, reason: somebody should look }
`;
  it("decides nothing, and tells", () => {
    expect(verdictOf(telling, { ...mine, "endpoint.location": known("westeurope") })).toMatchObject({
      kind: "approve",
      alerts: [{ rule: "tell the network team", reason: expect.stringContaining("somebody should look") }],
    });
  });

  it("says so where it could not tell", () => {
    expect(verdictOf(telling, { "endpoint.location": unknown("forbidden") }).alerts[0]?.reason).toContain(
      "cannot be decided",
    );
  });
});
