import { expect, it } from "vitest";
import { runCases } from "./case.ts";
import { connectionCatalogue } from "./language/fields.ts";

const policy = `name: p
rules:
  - name: pilot
    expiresOn: 2026-06-30T00:00:00Z
    if: { field: requester.tenant, equals: ours }
    then: { effect: approve }
  - name: freeze
    if: { field: time.now, greater: "2026-12-20T00:00:00Z" }
    then: { effect: reject }`;

/** The verdict of a case, judged at a time that the case may name itself. */
function verdictAt(now: string, more = ""): string {
  const cases = `cases: [{ name: c, ${more} facts: { known: { requester.tenant: ours } }, expect: { verdict: approve } }]`;
  const { results, problems } = runCases(
    [{ file: "policy.yaml", text: policy }],
    { file: "cases.yaml", text: cases },
    connectionCatalogue,
    { now: Date.parse(now) },
  );
  expect(problems).toEqual([]);
  const [difference] = results[0]?.differences ?? [];
  return /found (\w+)/.exec(difference ?? "")?.[1] ?? "approve";
}

it("a case that names no time is judged as of the test's: a rule that has expired decides nothing then", () => {
  expect(verdictAt("2026-06-01T00:00:00Z")).toBe("approve");
  expect(verdictAt("2026-11-27T00:00:00Z")).toBe("hold");
});

it("and time.now is that time", () => {
  expect(verdictAt("2026-12-24T00:00:00Z")).toBe("reject");
});

it("the time that a case names counts before that", () => {
  expect(verdictAt("2026-12-24T00:00:00Z", "now: 2026-06-01T00:00:00Z,")).toBe("approve");
});

it.each([
  ["requester.tenant: contoso", 'requester.tenant is never "contoso"; expected one of ours, foreign'],
  ["endpoint.subscriptionId: web-prod", '"web-prod" is not a subscription id'],
])("a case cannot have the impossible fact %s", (fact, message) => {
  const { results, problems } = runCases(
    [{ file: "policy.yaml", text: policy }],
    {
      file: "cases.yaml",
      text: `cases: [{ name: c, facts: { known: { ${fact} } }, expect: { verdict: hold } }]`,
    },
    connectionCatalogue,
    { now: 0 },
  );
  expect(results).toEqual([]);
  expect(problems.map((each) => each.message)).toEqual([expect.stringContaining(message)]);
});
