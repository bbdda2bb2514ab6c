import { expect, it } from "vitest";
import { requesterChosen } from "../../dashboard/requester-chosen.ts";
import { fields } from "../../src/lib/policy/language/fields.ts";

it("the dashboard marks exactly the facts that the policy language says a requester chooses", () => {
  const asserted = fields.filter(({ assertedBy }) => assertedBy === "requester");
  expect([...requesterChosen].toSorted()).toEqual(asserted.map(({ name }) => name).toSorted());
});
