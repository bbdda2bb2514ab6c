import { expect, it } from "vitest";
import { policyOf } from "../../../../test/policy/policy-makers.ts";
import { connectionCatalogue } from "../language/fields.ts";
import { absent, known } from "../values/fact.ts";
import { FALSE, TRUE, type Truth } from "../values/truth.ts";
import { conditionOnFacts } from "./condition-on-facts.ts";

/** The truth of a condition on every member of a list, or of its negation, in a service with these locations. */
function truthWith(locations: readonly string[], positive: boolean): Truth | undefined {
  const { policy } = policyOf(
    'name: p\nrules: [{ name: r, if: { field: "service.locations[*]", equals: westeurope }, then: { effect: hold } }]',
  );
  const facts = connectionCatalogue.fields.map(({ name }) =>
    name === "service.locations" ? known(locations) : absent,
  );
  return policy.rules[0] && conditionOnFacts(policy.rules[0].if, positive)(facts);
}

it("a condition that is tried on facts has its truth, and its negation the other", () => {
  expect(truthWith(["westeurope"], true)).toBe(TRUE);
  expect(truthWith(["westeurope"], false)).toBe(FALSE);
  expect(truthWith(["northeurope"], true)).toBe(FALSE);
  expect(truthWith(["northeurope"], false)).toBe(TRUE);
});

it.each([true, false])("an empty list satisfies neither, as in an approve rule: %s", (positive) => {
  expect(truthWith([], positive)).toBe(FALSE);
});
