import { policyFrom } from "../../src/lib/config/load-policy.ts";
import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";

/** A policy that is loaded as the app loads it, in mode enforce. */
export function loaded(text: string): LoadedPolicy {
  return policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
}

/**
 * A policy that goes by the tier of the service, which a test may set: it approves our own requesters in Premium,
 * rejects in Developer, and holds everything else.
 */
export function tierPolicy(more = ""): LoadedPolicy {
  return loaded(`name: tiers
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
${more}`);
}
