import { expect, it } from "vitest";
import { envOf, policyOf, ruleOf } from "../../../../test/policy/policy-makers.ts";
import { known } from "../values/fact.ts";
import { vacuityOf } from "../language/vacuity.ts";
import { FALSE, TRUE } from "../values/truth.ts";
import { conditionTruth } from "./condition-truth.ts";

const conditionOf = (text: string) => policyOf(ruleOf(text)).policy.rules[0]!.if;

it("a condition may be about a field that the policy, for which the facts are prepared, does not use", () => {
  const used = policyOf(ruleOf('{ field: endpoint.name, equals: "pe" }'));
  const given = { "endpoint.name": known("pe"), "service.name": known("Orders") };
  const truthOf = (text: string) =>
    conditionTruth(conditionOf(text), envOf(used, given), vacuityOf("approve"));
  expect(truthOf('{ field: endpoint.name, equals: "PE" }')).toBe(TRUE);
  expect(truthOf('{ field: service.name, equals: "orders" }')).toBe(TRUE);
  expect(truthOf('{ field: service.name, equals: "payments" }')).toBe(FALSE);
});
