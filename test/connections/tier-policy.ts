import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";
import { policyOf } from "../simulation/loaded-policies.ts";

/**
 * A policy that goes by the tier of the service, which a test may set: it approves our own requesters in Premium,
 * rejects in Developer, and holds everything else.
 */
export function tierPolicy(more = ""): LoadedPolicy {
  return policyOf(
    `name: tiers
rules:
  - name: ours
    if:
      allOf:
        - { field: requester.tenant, equals: ours }
        - { field: service.sku, equals: Premium }
    then: { effect: approve }
  - name: closed
    if: { field: service.sku, equals: Developer }
    then: { effect: reject, reason: the tier is closed }
${more}`,
    "enforce",
  );
}
