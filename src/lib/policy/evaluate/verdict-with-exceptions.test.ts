import { describe, expect, it } from "vitest";
import { verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { known, unknown } from "../values/fact.ts";
import { landingZone, three, mine } from "../../../../test/policy/three-rules.ts";

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
