import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { known, unknown, type FactValue } from "../values/fact.ts";

const landingZone = "22222222-2222-4222-8222-222222222222";
const other = "33333333-3333-4333-8333-333333333333";
const network = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet-a";
const approving = (limits: string, parameters = "") => `name: limited
${parameters}
limits: ${limits}
rules:
  - { name: ours, if: { field: requester.tenant, equals: ours }, then: { effect: approve } }
`;
const given = (facts: Record<string, FactValue>): Given =>
  Object.fromEntries(
    Object.entries({ "requester.tenant": "ours", "endpoint.subscriptionId": landingZone, ...facts }).map(
      ([name, value]) => [name, known(value)],
    ),
  );
const kindOf = (limits: string, facts: Given) => verdictOf(approving(limits), facts).kind;

describe("a limit's max", () => {
  const parameters = "parameters: { perSubscription: { type: Integer, defaultValue: 3 } }";
  const text = approving(
    `[{ name: l, per: endpoint.subscriptionId, max: "[parameters('perSubscription')]" }]`,
    parameters,
  );

  it("may be a parameter, with another value in another environment", () => {
    const two = given({ "counts.fromSubscription": 2 });
    const three = given({ "counts.fromSubscription": 3 });
    expect([verdictOf(text, two).kind, verdictOf(text, three).kind]).toEqual(["approve", "hold"]);
    expect(verdictOf(policyOf(text, { perSubscription: 4 }), three).kind).toBe("approve");
    expect(verdictOf(text, three).reasons).toEqual(['limit "l" is reached: 3 of at most 3 are approved']);
  });

  it.each([
    ["max: 2.5", "max must be a whole number of at least 0, not 2.5"],
    ["max: -1", "max must be a whole number of at least 0, not -1"],
    ['max: "10"', 'max must be a whole number of at least 0, not "10"'],
    [`max: "[parameters('perSubscripton')]"`, 'unknown parameter "perSubscripton"'],
    [
      `max: "[length(field('requester.managementGroups'))]"`,
      "max must be the same for every connection, so \"[length(field('requester.managementGroups'))]\" may use only constants",
    ],
  ])("is refused where it is %s", (max, message) => {
    const problems = problemsOf(approving(`[{ name: l, ${max} }]`, parameters));
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatch(/^policy\.yaml:3:/);
  });
});

describe("a limit per", () => {
  it.each([
    ["endpoint.virtualNetwork.id", { "counts.fromVirtualNetwork": 1 }, { "counts.fromVirtualNetwork": 2 }],
    ["Endpoint.SubscriptionID", { "counts.fromSubscription": 1 }, { "counts.fromSubscription": 2 }],
    [
      "requester.managementGroups",
      { "requester.managementGroups": ["corp", "root"], "counts.fromManagementGroup": { corp: 1, root: 1 } },
      { "requester.managementGroups": ["corp", "root"], "counts.fromManagementGroup": { corp: 1, root: 2 } },
    ],
    [
      "requester.subscriptionTags['team']",
      { "requester.subscriptionTags": { Team: "web" }, "counts.fromSubscriptionTag": { Team: 1 } },
      { "requester.subscriptionTags": { Team: "web" }, "counts.fromSubscriptionTag": { Team: 2 } },
    ],
  ])("%s leaves room below it and holds at it", (per, room, reached) => {
    const limits = `[{ name: l, per: "${per}", max: 2 }]`;
    expect([kindOf(limits, given(room)), kindOf(limits, given(reached))]).toEqual(["approve", "hold"]);
  });

  it("management groups names the group that is full", () => {
    const facts = given({
      "requester.managementGroups": ["corp", "root"],
      "counts.fromManagementGroup": { corp: 1, root: 5 },
    });
    const text = approving("[{ name: l, per: requester.managementGroups, max: 5 }]");
    expect(verdictOf(text, facts).reasons).toEqual([
      'limit "l" is reached: 5 of at most 5 are approved from management group "root"',
    ]);
  });

  it("a tag holds those who do not have it", () => {
    const facts = given({ "requester.subscriptionTags": {}, "counts.fromSubscriptionTag": {} });
    const verdict = verdictOf(
      approving("[{ name: l, per: requester.subscriptionTags.team, max: 5 }]"),
      facts,
    );
    expect(verdict).toMatchObject({
      kind: "hold",
      reasons: [
        "limit \"l\" counts per requester.subscriptionTags['team'], and the requester's subscription has no such tag",
      ],
    });
  });

  it.each([
    ["endpoint.virtualNetwork.id", "counts.fromVirtualNetwork"],
    ["requester.managementGroups", "counts.fromManagementGroup"],
    ["requester.subscriptionTags.team", "counts.fromSubscriptionTag"],
  ])("%s holds where it cannot be told of every connection that is counted", (per, field) => {
    const facts = given({
      "requester.managementGroups": ["corp"],
      "requester.subscriptionTags": { team: "a" },
    });
    const verdict = verdictOf(approving(`[{ name: l, per: ${per}, max: 5 }]`), {
      ...facts,
      [field]: unknown("not-found"),
    });
    expect(verdict).toMatchObject({
      kind: "hold",
      reasons: [expect.stringMatching(/^limit "l" cannot be checked: counts\.\S+ is unknown \(not-found: /)],
      unknown: [{ field, reason: "not-found" }],
    });
  });

  it.each(["endpoint.resourceGroup", "endpoint.tags.team", "requester.subscriptionTags", "nonsense", "[1]"])(
    "%s is refused, with what it may be",
    (per) => {
      expect(problemsOf(approving(`[{ name: l, per: "${per}", max: 5 }]`))).toEqual([
        expect.stringMatching(/^policy\.yaml:3:\d+: /),
      ]);
    },
  );
});

it("a limit that is reached is not the reason while it is undecided whether a rule approves", () => {
  const verdict = verdictOf(approving("[{ name: l, max: 0 }]"), {
    ...given({ "counts.approved": 0 }),
    "requester.tenant": unknown("failed"),
  });
  expect(verdict).toMatchObject({
    kind: "hold",
    rule: "ours",
    reasons: [expect.stringContaining('rule "ours" (approve) cannot be decided')],
    unknown: [{ field: "requester.tenant", reason: "failed" }],
  });
});

describe("overrides", () => {
  const limits = `[{ name: l, per: endpoint.subscriptionId, max: 2, overrides: [
    { managementGroup: corp, max: 4 }, { managementGroup: sandbox, max: 0 }, { subscription: ${landingZone}, max: 6 }] }]`;
  const counted = (count: number, facts: Record<string, FactValue>) =>
    given({ "counts.fromSubscription": count, ...facts });
  const of = (subscription: string, ...groups: string[]) => ({
    "endpoint.subscriptionId": subscription,
    "requester.managementGroups": groups,
  });

  it.each([
    [6, of(landingZone.toUpperCase(), "corp")],
    [4, of(other, "online", "CORP")],
    [2, of(other, "online")],
    [0, of(other, "sandbox", "corp")],
  ])("let %d be approved, the most particular first and of groups the nearest", (max, facts) => {
    const kinds = [Math.max(0, max - 1), max].map((count) => kindOf(limits, counted(count, facts)));
    expect(kinds).toEqual([max === 0 ? "hold" : "approve", "hold"]);
  });

  it("leave room only where there is in any case while it is unknown which holds", () => {
    const unsure = { "requester.managementGroups": unknown("throttled") } as const;
    const without = limits.replace(", { managementGroup: sandbox, max: 0 }", "");
    const at = (count: number) =>
      verdictOf(approving(without), { ...counted(count, { "endpoint.subscriptionId": other }), ...unsure });
    expect([at(1).kind, at(3).kind, at(4).kind]).toEqual(["approve", "hold", "hold"]);
    expect(at(3).unknown).toEqual([{ field: "requester.managementGroups", reason: "throttled" }]);
    expect(at(4).reasons).toEqual(['limit "l" is reached: 4 of at most 4 are approved']);
  });

  it("may name more requesters than a call takes arguments, and whoever is unknown is held", () => {
    const named = Array.from(
      { length: 200_000 },
      (_, index) => `${String(index).padStart(8, "0")}-0000-4000-8000-000000000000`,
    );
    const text = approving(
      `[{ name: l, per: endpoint.subscriptionId, max: 2, overrides: [{ subscription: "[parameters('named')]", max: 6 }] }]`,
      "parameters: { named: { type: Array } }",
    );
    const asked = {
      ...given({ "counts.fromSubscription": 4 }),
      "endpoint.subscriptionId": unknown("failed"),
    };
    expect(verdictOf(policyOf(text, { named }), asked).unknown).toEqual([
      { field: "endpoint.subscriptionId", reason: "failed" },
    ]);
  });

  it("are for one network, for one team, and for one group of a limit that counts them", () => {
    const ofNetwork = `[{ name: l, per: endpoint.virtualNetwork.id, max: 1, overrides: [{ virtualNetwork: ${network}, max: 3 }] }]`;
    const inNetwork = { "endpoint.virtualNetwork.id": network.toLowerCase(), "counts.fromVirtualNetwork": 2 };
    expect(kindOf(ofNetwork, given(inNetwork))).toBe("approve");
    const ofTeam =
      "[{ name: l, per: requester.subscriptionTags.team, max: 1, overrides: [{ tagValue: [web, api], max: 3 }] }]";
    const inTeam = {
      "requester.subscriptionTags": { team: "API" },
      "counts.fromSubscriptionTag": { team: 2 },
    };
    expect(kindOf(ofTeam, given(inTeam))).toBe("approve");
    const ofGroup =
      "[{ name: l, per: requester.managementGroups, max: 1, overrides: [{ managementGroup: root, max: 9 }] }]";
    const counts = {
      "requester.managementGroups": ["corp", "Root"],
      "counts.fromManagementGroup": { corp: 0, Root: 8 },
    };
    expect(kindOf(ofGroup, given(counts))).toBe("approve");
  });

  it.each([
    ["{ subscription: web-prod, max: 3 }", '"web-prod" is not a subscription id'],
    [
      "{ subscription: [a], max: 3, managementGroup: b }",
      "an override needs exactly one of subscription, managementGroup",
    ],
    ["{ max: 3 }", "an override needs exactly one of subscription, managementGroup"],
    ["{ virtualNetwork: x, max: 3 }", "an override of this limit cannot have virtualNetwork"],
    ["{ managementGroup: corp }", "max must be a whole number"],
    [
      "{ managementGroup: corp, max: 1 }, { managementGroup: Corp, max: 2 }",
      "already has an override in this limit",
    ],
    ["{ managementGroup: corp, max: 200 }", 'an override of limit "l" is never reached'],
    ["{ group: corp, max: 1 }", 'unknown key "group"'],
  ])("are refused or warned of where they are %s", (override, message) => {
    const problems = problemsOf(approving(`[{ name: l, max: 5, overrides: [${override}] }]`));
    expect(problems).toContainEqual(expect.stringContaining(message));
    expect(problems.every((each) => each.startsWith("policy.yaml:3:"))).toBe(true);
  });
});
