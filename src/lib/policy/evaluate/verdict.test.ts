import { describe, expect, it } from "vitest";
import { policyOf, verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { compile } from "../compile/compile.ts";
import { known, unknown } from "../values/fact.ts";
import { connectionCatalogue } from "../language/field.ts";

const landingZone = "22222222-2222-4222-8222-222222222222";

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

const mine: Given = { "endpoint.subscriptionId": known(landingZone) };

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
        'rule "a rejects" (reject) cannot be decided: endpoint.location is unknown (forbidden: the app has no right to read it); grant Microsoft.Network/privateEndpoints/read on the requester\'s subscription',
      ],
      unknown: [{ field: "endpoint.location", reason: "forbidden" }],
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

describe("a change window", () => {
  const windowed = (effect: string) => `
name: windowed
rules:
  - name: by day
    if: { field: endpoint.subscriptionId, equals: ${landingZone} }
    window: { days: [Mon-Fri], from: "08:00", to: "18:00", timeZone: Europe/Amsterdam }
    then: { effect: ${effect} }
`;
  const [open, closed] = [Date.parse("2026-11-24T09:00:00Z"), Date.parse("2026-11-24T19:00:00Z")];

  it("lets an approve rule decide inside it", () => {
    expect(verdictOf(windowed("approve"), mine, open).kind).toBe("approve");
  });

  it("holds outside it what an approve rule would approve, and says when it opens", () => {
    expect(verdictOf(windowed("approve"), mine, closed)).toMatchObject({
      kind: "hold",
      rule: "by day",
      reasons: [expect.stringContaining("which opens at 2026-11-25T07:00:00.000Z")],
      unknown: [],
    });
  });

  it("does not stand in the way of another rule that approves", () => {
    const text = `${windowed("approve")}
  - name: at any time
    if: { field: endpoint.subscriptionId, equals: ${landingZone} }
    then: { effect: approve }
`;
    expect(verdictOf(text, mine, closed)).toMatchObject({ kind: "approve", rule: "at any time" });
  });

  it.each(["reject", "hold"])("makes a %s rule false outside it", (effect) => {
    expect(verdictOf(windowed(effect), mine, open).rule).toBe("by day");
    expect(verdictOf(windowed(effect), mine, closed).rule).toBeUndefined();
  });
});

describe("an expiry", () => {
  const text = three.replaceAll("    then:", "    expiresOn: 2026-12-01T00:00:00Z\n    then:");
  it("makes a rule absent from that instant on", () => {
    const end = Date.parse("2026-12-01T00:00:00Z");
    const given = { ...mine, "endpoint.location": unknown("forbidden") } as const;
    expect(verdictOf(text, given, end - 1)).toMatchObject({ kind: "hold", rule: "a rejects" });
    expect(verdictOf(text, given, end)).toMatchObject({
      reasons: [
        "no rule applies, and the default is hold",
        'closest is rule "c approves" (approve): it expired at 2026-12-01T00:00:00.000Z',
      ],
    });
  });
});

describe("an exemption", () => {
  const endpoint = `/subscriptions/${landingZone}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe-old`;
  const exempting = (rule: string) => `${three}
exemptions:
  - { name: migration, rule: ${rule}, endpoint: ${endpoint}, owner: net, ticket: CHG1, expiresOn: 2026-12-01T00:00:00Z }
`;
  const there: Given = {
    ...mine,
    "endpoint.location": known("eastus"),
    "endpoint.id": known(endpoint.toLowerCase()),
  };

  it("turns the rule's verdict for that endpoint into hold", () => {
    expect(verdictOf(exempting("a rejects"), there)).toMatchObject({
      kind: "hold",
      rule: "a rejects",
      reasons: ['exemption "migration" holds what rule "a rejects" (reject) would decide'],
    });
    expect(verdictOf(exempting("c approves"), { ...there, "endpoint.location": known("x") }).kind).toBe(
      "hold",
    );
  });

  it("leaves every other endpoint to the rule", () => {
    expect(verdictOf(exempting("a rejects"), { ...there, "endpoint.id": known(`${endpoint}-2`) }).kind).toBe(
      "reject",
    );
  });

  it("holds where the endpoint is unknown, since it might be that one", () => {
    const verdict = verdictOf(exempting("a rejects"), { ...there, "endpoint.id": unknown("no-endpoint") });
    expect(verdict).toMatchObject({
      kind: "hold",
      rule: "a rejects",
      reasons: [
        expect.stringContaining(
          "it is not known whether an exemption from it applies to this endpoint: endpoint.id",
        ),
      ],
      unknown: [{ field: "endpoint.id", reason: "no-endpoint" }],
    });
  });

  it("is absent once it has expired", () => {
    expect(verdictOf(exempting("a rejects"), there, Date.parse("2026-12-01T00:00:00Z")).kind).toBe("reject");
  });

  it("is judged alone: another rule that rejects still does", () => {
    const text = exempting("a rejects").replace(
      "  - name: b holds",
      "  - name: also\n    if: { field: endpoint.location, equals: eastus }\n    then: { effect: reject }\n  - name: b holds",
    );
    expect(verdictOf(text, there)).toMatchObject({ kind: "reject", rule: "also" });
  });
});

describe("a limit", () => {
  const limited = `${three}
limits:
  - { name: in all, max: 3 }
  - { name: each, per: endpoint.subscriptionId, max: 2 }
  - { name: partners, managementGroup: partners, max: 1 }
`;
  const counted = (approved: number, own: number): Given => ({
    ...mine,
    "counts.approved": known(approved),
    "counts.fromSubscription": known(own),
    "requester.managementGroups": known(["corp"]),
  });

  it("lets the last place be taken, and holds what comes after", () => {
    expect(verdictOf(limited, counted(2, 1)).kind).toBe("approve");
    expect(verdictOf(limited, counted(3, 1))).toMatchObject({
      kind: "hold",
      reasons: ['limit "in all" is reached: 3 of at most 3 are approved'],
    });
    expect(verdictOf(limited, counted(2, 2)).reasons).toEqual([
      'limit "each" is reached: 2 of at most 2 are approved',
    ]);
  });

  it("counts a management group's connections only for its own", () => {
    const partner = { ...counted(0, 0), "requester.managementGroups": known(["Partners", "root"]) } as const;
    const of = (count: number) => ({ ...partner, "counts.fromManagementGroup": known({ partners: count }) });
    expect(verdictOf(limited, of(0)).kind).toBe("approve");
    expect(verdictOf(limited, of(1)).reasons).toEqual([
      'limit "partners" is reached: 1 of at most 1 are approved',
    ]);
  });

  it("holds where it cannot be told", () => {
    expect(verdictOf(limited, { ...counted(0, 0), "counts.approved": unknown("failed") })).toMatchObject({
      kind: "hold",
      unknown: [{ field: "counts.approved", reason: "failed" }],
    });
    expect(
      verdictOf(limited, { ...counted(0, 0), "requester.managementGroups": unknown("throttled") }).kind,
    ).toBe("hold");
  });

  it("does not count a connection that is Approved already twice", () => {
    expect(verdictOf(limited, { ...counted(3, 2), "connection.state": known("Approved") }).kind).toBe(
      "approve",
    );
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
