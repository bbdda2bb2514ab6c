import { describe, expect, it } from "vitest";
import { envOf, policyOf, verdictOf } from "../../../../test/policy/policy-makers.ts";
import { dayMs } from "../../clock.ts";
import { lastingMs } from "./evaluate.ts";
import { known, unknown } from "../values/fact.ts";
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

  /** An approve rule that is true, or false, with a window that opens at this hour. */
  const opening = (
    hour: string,
    condition = `{ field: endpoint.subscriptionId, equals: ${landingZone} }`,
  ) => `
  - name: from ${hour}
    if: ${condition}
    window: { days: [Mon-Fri], from: "${hour}:00", to: "18:00", timeZone: UTC }
    then: { effect: approve }`;
  const unread = "{ field: endpoint.location, equals: westeurope }";
  const night = Date.parse("2026-11-24T03:00:00Z");

  it("opens when the first of those opens whose rule is true", () => {
    const text = `name: p\nrules:${opening("11")}${opening("09")}${opening("07", unread)}${opening("08", "{ field: endpoint.name, equals: x }")}`;
    expect(verdictOf(text, { ...mine, "endpoint.location": unknown("forbidden") }, night)).toMatchObject({
      kind: "hold",
      opensAt: "2026-11-24T09:00:00.000Z",
    });
  });

  it("is no reason to wait for where no rule is true, or another rule may hold it", () => {
    const undecided = `name: p\nrules:${opening("07", unread)}`;
    expect(verdictOf(undecided, { "endpoint.location": unknown("forbidden") }, night)).not.toHaveProperty(
      "opensAt",
    );
    const holding = `name: p\nrules:${opening("09")}\n  - { name: h, if: ${unread}, then: { effect: hold } }`;
    expect(
      verdictOf(holding, { ...mine, "endpoint.location": unknown("forbidden") }, night),
    ).not.toHaveProperty("opensAt");
    expect(verdictOf(windowed("approve"), mine, open)).not.toHaveProperty("opensAt");
  });

  it("that is closed comes before an exemption of which it is not known whether it applies", () => {
    const endpoint = `/subscriptions/${landingZone}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe`;
    const text = `${windowed("approve")}
exemptions:
  - { name: migration, rule: by day, endpoint: ${endpoint}, owner: net, ticket: CHG1, expiresOn: 2026-12-01T00:00:00Z }
`;
    const given = { ...mine, "endpoint.id": unknown("no-endpoint") } as const;
    expect(verdictOf(text, given, open).unknown).toEqual([expect.objectContaining({ field: "endpoint.id" })]);
    expect(verdictOf(text, given, closed).unknown).toEqual([]);
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

describe("an approval", () => {
  const isMine = `{ field: endpoint.subscriptionId, equals: ${landingZone} }`;
  const approving = (...terms: readonly string[]) =>
    `name: p\nrules:${terms.map((term, index) => `\n  - { name: r${index}, if: ${isMine}, then: { effect: approve${term} } }`).join("")}`;

  it.each([
    ["as long as its rule says", [", for: P1D"], dayMs],
    [
      "as long as the longest of the rules that approve",
      [", for: P1D", ", for: P30D", ", for: P2D"],
      30 * dayMs,
    ],
    ["without end where one of them has none", [", for: P1D", ""], undefined],
    ["without end where no rule has any", [""], undefined],
  ])("lasts %s", (_, terms, forMs) => {
    const compiled = policyOf(approving(...terms));
    const verdict = verdictOf(compiled, mine);
    expect(verdict.kind).toBe("approve");
    expect("forMs" in verdict).toBe(forMs !== undefined);
    expect(verdict.forMs).toBe(forMs);
    expect(lastingMs(compiled, envOf(compiled, mine))).toBe(forMs);
  });

  it("that is none has no end either", () => {
    const text = `${approving(", for: P1D")}\n  - { name: h, if: ${isMine}, then: { effect: hold } }`;
    expect(verdictOf(text, mine)).not.toHaveProperty("forMs");
    expect(verdictOf(three, { ...mine, "endpoint.location": known("eastus") })).not.toHaveProperty("forMs");
  });
});
