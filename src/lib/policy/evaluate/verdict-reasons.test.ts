import { describe, expect, it } from "vitest";
import { allOf, ruleOf, verdictOf } from "../../../../test/policy/policy-makers.ts";
import { landingZone, mine, three } from "../../../../test/policy/three-rules.ts";
import { known, unknown } from "../values/fact.ts";

const isMine = `{ field: endpoint.subscriptionId, equals: ${landingZone} }`;

describe("the reasons of a verdict", () => {
  it("say for how long it is approved", () => {
    const text = `name: p\nrules: [{ name: r, if: ${isMine}, then: { effect: approve, for: P30D } }]`;
    expect(verdictOf(text, mine).reasons).toEqual(['rule "r" approves it for 30 days']);
  });

  it("name the exemption of which it is not known whether it applies", () => {
    const endpoint = `/subscriptions/${landingZone}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe`;
    const text = `${three}
exemptions:
  - { name: migration, rule: c approves, endpoint: ${endpoint}, owner: net, ticket: CHG1, expiresOn: 2026-12-01T00:00:00Z }
`;
    expect(verdictOf(text, { ...mine, "endpoint.id": unknown("no-endpoint") }).reasons[0]).toContain(
      'it is not known whether exemption "migration" applies to this endpoint: endpoint.id is unknown',
    );
  });

  it("name unknown facts, and not the window that is closed besides", () => {
    const window = '{ days: [Mon-Fri], from: "08:00", to: "18:00", timeZone: Europe/Amsterdam }';
    const text = `name: p\nrules: [{ name: r, if: ${isMine}, window: ${window}, then: { effect: approve } }]`;
    const night = Date.parse("2026-11-24T19:00:00Z");
    expect(verdictOf(text, { "endpoint.subscriptionId": unknown("timed-out") }, night).reasons[0]).toMatch(
      /^rule "r" \(approve\) cannot be decided: endpoint\.subscriptionId is unknown/,
    );
  });

  it("leave out when a window opens that none opens within eight days", () => {
    const window = '{ days: [Sun], from: "02:15", to: "02:45", timeZone: Europe/Amsterdam }';
    const text = `name: p\nrules: [{ name: r, if: ${isMine}, window: ${window}, then: { effect: approve } }]`;
    // The clocks leave out that half hour on 29 March 2026.
    const before = Date.parse("2026-03-23T12:00:00Z");
    expect(verdictOf(text, mine, before).reasons[0]).toMatch(/is true outside its change window \([^)]*\)$/);
  });
});

describe("the unknown facts of a verdict", () => {
  it("are listed once each, by name", () => {
    const fields = ["endpoint.subnet.name", "connection.groupId", "endpoint.location", "connection.groupId"];
    const text = ruleOf(allOf(...fields.map((field) => `{ field: ${field}, equals: a }`)));
    const given = Object.fromEntries(fields.map((field) => [field, unknown("timed-out")]));
    expect(verdictOf(text, given).unknown).toStrictEqual(
      ["connection.groupId", "endpoint.location", "endpoint.subnet.name"].map((field) => ({
        field,
        reason: "timed-out",
      })),
    );
  });

  it("are the comparison itself where every fact is known and a function fails, and why", () => {
    const text = ruleOf("{ value: \"[int(field('connection.message'))]\", greater: 3 }");
    expect(verdictOf(text, { "connection.message": known("4x") }).unknown).toStrictEqual([
      {
        field: "[int(field('connection.message'))]",
        reason: "function-failed",
        because: expect.stringContaining("4x"),
      },
    ]);
  });
});
