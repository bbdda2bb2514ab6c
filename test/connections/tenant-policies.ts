import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";
import { policyOf } from "../simulation/loaded-policies.ts";

/** Policies about the requester's tenant, which is ours in the world of `reviewFixture`. */
export const tenantPolicy = (then: string, tenant = "ours"): LoadedPolicy =>
  policyOf(
    `name: p
rules:
  - { name: all, if: { field: requester.tenant, equals: ours }, then: { effect: approve, for: P30D } }
  - { name: some, if: { field: requester.tenant, equals: ${tenant} }, then: { ${then} } }
revoke: rejected`,
    "enforce",
  );

/** For a month. */
export const approving = tenantPolicy("effect: hold, reason: ask", "foreign");
export const holding = tenantPolicy("effect: hold, reason: ask");
export const rejecting = tenantPolicy("effect: reject, reason: closed");
/** One that does not load. */
export const invalid: LoadedPolicy = { kind: "invalid", hash: "h", problems: [] };
