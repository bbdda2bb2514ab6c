import { describe, expect, it } from "vitest";
import { verdictOf } from "../../../../test/policy/policy-makers.ts";
import { unknown } from "../values/fact.ts";
import { landingZone, three, mine } from "../../../../test/policy/three-rules.ts";

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
