import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, verdictOf, ruleOf } from "../../../../test/policy/policy-makers.ts";
import { connectionCatalogue } from "../language/fields.ts";
import { openCatalogue } from "../language/open-catalogue.ts";
import { load } from "../load.ts";

describe("[*] in a rule that keeps somebody out asks for every member", () => {
  const every = '{ field: "requester.managementGroups[*]", equals: sandbox }';
  it.each(["reject", "hold", "alert"])("in a %s rule", (effect) => {
    expect(problemsOf(ruleOf(every, effect))).toEqual([
      expect.stringContaining(
        'to match any member, write { field: requester.managementGroups, contains: "sandbox" }',
      ),
    ]);
  });
  it("not in an approve rule, nor under the negation that asks for one", () => {
    expect(problemsOf(ruleOf(every))).toEqual([]);
    expect(
      problemsOf(ruleOf('{ not: { field: "requester.managementGroups[*]", notEquals: sandbox } }', "reject")),
    ).toEqual([]);
  });
});

describe("what has expired", () => {
  const text = ruleOf("{ field: requester.managementGroups, contains: a }", "reject").replace(
    "effect: reject }",
    "effect: reject }, expiresOn: 2020-01-01T00:00:00Z",
  );
  const warningsAt = (now?: number) => {
    const loaded = load([{ file: "p", text }], connectionCatalogue, now === undefined ? {} : { now });
    return loaded.kind === "valid" ? loaded.warnings.map(({ message }) => message) : loaded.problems;
  };
  it("is told where the time is known, and only then", () => {
    expect(warningsAt(Date.parse("2026-01-01"))).toEqual([
      expect.stringContaining('rule "r" expired at 2020-01-01T00:00:00.000Z'),
    ]);
    expect(warningsAt(Date.parse("2019-01-01"))).toEqual([]);
    expect(warningsAt()).toEqual([]);
  });
});

describe("a lint rule", () => {
  it("says of a reject rule about states that no connection that is decided has", () => {
    expect(problemsOf(ruleOf("{ field: connection.state, equals: Approved }", "reject"))).toEqual([
      expect.stringContaining("never decides"),
    ]);
  });

  it("says nothing of documents whose fields it does not know", () => {
    const text = `name: d\nrules: [{ name: r, if: { allOf: [{ field: location, equals: nowhere }, { field: properties.count, greater: many }] }, then: { effect: hold } }]`;
    expect(load([{ file: "d", text }], openCatalogue())).toMatchObject({ kind: "valid", warnings: [] });
  });

  it("changes no verdict", () => {
    expect(
      verdictOf(policyOf(ruleOf("{ field: connection.groupId, equals: Gateway }", "hold")), {}).kind,
    ).toBe("hold");
  });
});
