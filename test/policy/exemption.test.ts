import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, verdictOf } from "./policy-makers.ts";
import { known, unknown } from "../../src/lib/policy/values/fact.ts";
import { connectionCatalogue } from "../../src/lib/policy/language/fields.ts";
import { load } from "../../src/lib/policy/load.ts";

const sandbox = "22222222-2222-4222-8222-222222222222";
const rejecting = (exemption: string) => `name: exempted
parameters: { spared: { type: Array, defaultValue: [] } }
rules:
  - { name: sandbox, if: { field: requester.managementGroups, contains: sandbox }, then: { effect: reject } }
exemptions: [{ name: e, rule: sandbox, owner: o, ticket: t, ${exemption} }]
`;
const lasting = "expiresOn: 2027-01-01T00:00:00Z";
const requester = (subscription: string, group = "rg-app") => ({
  "requester.managementGroups": known(["sandbox"]),
  "endpoint.subscriptionId": known(subscription),
  "endpoint.resourceGroup": known(group),
});
const elsewhere = requester("33333333-3333-4333-8333-333333333333");

describe("an exemption", () => {
  it.each([
    ["a subscription", `subscription: ${sandbox.toUpperCase()}`],
    ["a resource group by its id", `resourceGroup: /subscriptions/${sandbox}/resourceGroups/RG-App`],
    [
      "a resource group by its name beside the subscription",
      `subscription: ${sandbox}, resourceGroup: rg-APP`,
    ],
    ["several subscriptions", `subscription: [44444444-4444-4444-8444-444444444444, ${sandbox}]`],
  ])("of %s holds its requesters alone", (_, whom) => {
    const text = rejecting(`${whom}, ${lasting}`);
    expect(verdictOf(text, requester(sandbox))).toMatchObject({
      kind: "hold",
      reasons: ['exemption "e" holds what rule "sandbox" (reject) would decide'],
    });
    expect(verdictOf(text, elsewhere).kind).toBe("reject");
    expect(verdictOf(text, requester(sandbox, "rg-other")).kind).toBe(
      whom.includes("resourceGroup") ? "reject" : "hold",
    );
  });

  it("of a parameter is for whom the environment says, and for nobody while that is empty", () => {
    const text = rejecting(`subscription: "[parameters('spared')]", ${lasting}`);
    const unsure = { ...requester(sandbox), "endpoint.subscriptionId": unknown("no-endpoint") } as const;
    expect(verdictOf(text, requester(sandbox)).kind).toBe("reject");
    expect(verdictOf(text, unsure).kind).toBe("reject");
    expect(verdictOf(policyOf(text, { spared: [sandbox] }), requester(sandbox)).kind).toBe("hold");
  });

  it("holds where the requester is unknown, since it might be that one", () => {
    const text = rejecting(`subscription: ${sandbox}, ${lasting}`);
    const verdict = verdictOf(text, { ...elsewhere, "endpoint.subscriptionId": unknown("no-endpoint") });
    expect(verdict.kind).toBe("hold");
    expect(verdict.unknown).toEqual([{ field: "endpoint.subscriptionId", reason: "no-endpoint" }]);
  });

  it.each([
    [
      "",
      "an exemption needs one target: an endpoint (its ARM id), a subscription (its id), or a resourceGroup",
    ],
    [`endpoint: x, subscription: ${sandbox},`, "an exemption needs one target"],
    ["subscription: sandbox,", '"sandbox" is not a subscription id'],
    ["resourceGroup: rg-app,", "other subscriptions can have a group of the same name"],
    [`resourceGroup: /subscriptions/${sandbox},`, "resourceGroup must be an ARM id"],
    ["subscription: \"[field('endpoint.subscriptionId')]\",", "must be the same for every connection"],
  ])("that says %s is refused", (whom, message) => {
    expect(problemsOf(rejecting(`${whom} ${lasting}`))).toEqual([expect.stringContaining(message)]);
  });
});

describe("expiresOn as a date", () => {
  const text = rejecting(`subscription: ${sandbox}, expiresOn: 2026-12-31`);
  const at = (instant: string) => verdictOf(text, requester(sandbox), Date.parse(instant)).kind;

  it("means the end of that day in UTC, of an exemption", () => {
    expect([at("2026-12-31T23:59:59.999Z"), at("2027-01-01T00:00:00Z")]).toEqual(["hold", "reject"]);
  });

  it("and of a rule", () => {
    const rule = rejecting("endpoint: x")
      .replace(/exemptions:.*/, "")
      .replace("then: {", "expiresOn: 2026-12-31, then: {");
    const kindAt = (instant: string) => verdictOf(rule, elsewhere, Date.parse(instant)).kind;
    expect([kindAt("2026-12-31T12:00:00Z"), kindAt("2027-01-01T00:00:00Z")]).toEqual(["reject", "hold"]);
  });

  it("is told as a note, which is no warning, and a time is not", () => {
    const notesOf = (policy: string) => {
      const loaded = load(
        [{ file: "p.yaml", text: policy.replace(/^parameters: .*\n/m, "") }],
        connectionCatalogue,
      );
      return loaded.kind === "valid" ? [loaded.notes.map(({ message }) => message), loaded.warnings] : loaded;
    };
    expect(notesOf(text)).toEqual([
      ["expiresOn 2026-12-31 means the end of that day in UTC, 2027-01-01T00:00:00Z"],
      [],
    ]);
    expect(notesOf(rejecting(`subscription: ${sandbox}, ${lasting}`))).toEqual([[], []]);
  });

  it.each(["2026-02-30", "2026-13-01", "2026-12-31T25:00:00Z", "31.12.2026", "20261231"])(
    "is refused where there is no such day: %s",
    (date) => {
      const problems = problemsOf(rejecting(`subscription: ${sandbox}, expiresOn: ${date}`));
      expect(problems).toContainEqual(expect.stringContaining("expiresOn must be a date or an instant"));
    },
  );
});
