import { expect, it } from "vitest";
import { policyOf, problemsOf, ruleOf } from "../../../../test/policy/policy-makers.ts";
import { dayMs } from "../../clock.ts";

const ours = "{ field: requester.tenant, equals: ours }";
const approving = (then: string) => `name: p\nrules:\n  - name: r\n    if: ${ours}\n    then: ${then}\n`;

it("for is how long an approval lasts, and revokeAfter how long after its notice it is revoked", () => {
  const { policy } = policyOf(
    `${approving("{ effect: approve, for: P90D }")}revoke: rejected\nrevokeAfter: P2W\n`,
  );
  expect(policy.rules[0]?.forMs).toBe(90 * dayMs);
  expect(policy).toMatchObject({ revoke: "rejected", revokeAfterMs: 14 * dayMs });
  expect(policyOf(ruleOf(ours, "reject")).policy.revokeAfterMs).toBeUndefined();
});

it.each([
  [
    "{ effect: approve, for: P3M }",
    "for must be a duration in weeks, days or hours such as P12W, P90D or PT36H",
  ],
  ["{ effect: approve, for: 90 }", "for must be a duration"],
  ["{ effect: approve, for: P9999W }", "at most ten years"],
  [
    "{ effect: reject, for: P1D }",
    "for says how long an approval lasts, and this rule's effect is reject; remove it",
  ],
])("%s is refused", (then, problem) => {
  expect(problemsOf(approving(then)).join()).toContain(problem);
});

it("revokeAfter is a duration", () => {
  expect(problemsOf(`${approving("{ effect: approve }")}revokeAfter: soon\n`).join()).toContain(
    "revokeAfter must be a duration",
  );
});
