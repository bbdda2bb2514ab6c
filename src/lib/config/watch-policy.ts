import { hasElapsed, isDue, minuteMs, plusMs, type Clock } from "../clock.ts";
import { isTransient, type UnknownReason } from "../policy/values/unknown-reason.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import type { Config } from "./config.ts";
import { policyFrom } from "./load-policy.ts";
import type { PolicyTexts } from "./policy-files.ts";

/** The result of reading the policy's store. `version` tells whether the policy has changed since it was last read. */
export type PolicyRead =
  | ({ readonly kind: "read"; readonly version: string } & PolicyTexts)
  | { readonly kind: "unchanged" }
  | { readonly kind: "unusable"; readonly problem: string }
  | { readonly kind: "unread"; readonly reason: UnknownReason };

/** A store of the policy outside the package. Never throws for an answer of the store. */
export interface PolicyStore {
  read(version: string | undefined): Promise<PolicyRead>;
}

const readEveryMs = minuteMs;
/** After this time, a read failure is not transient any more, and raises an alert. */
const passingMs = 5 * minuteMs;

/**
 * The policy of a store, checked every minute. While the store cannot be read there is no policy, and everything is
 * held: the previous one may have been replaced.
 */
export function watchPolicy(
  store: PolicyStore,
  settings: Pick<Config, "policyParameters" | "mode">,
  clock: Clock,
): () => Promise<LoadedPolicy> {
  let current: { readonly version: string; readonly policy: LoadedPolicy } | undefined;
  let unreadSince: string | undefined;
  let cached: { readonly until: string; readonly policy: Promise<LoadedPolicy> } | undefined;

  async function readPolicy(): Promise<LoadedPolicy> {
    const found = await store.read(current?.version);
    if (found.kind === "unread") {
      unreadSince ??= clock.now().toISOString();
      const passes = isTransient(found.reason) && !hasElapsed(passingMs, unreadSince, clock.now());
      return unread(found.reason, passes);
    }
    unreadSince = undefined;
    if (found.kind === "unusable") return { kind: "invalid", hash: found.problem, problems: [found.problem] };
    if (found.kind === "read")
      current = { version: found.version, policy: policyFrom(found.files, settings, found.parameters) };
    if (current === undefined) throw new Error("a policy that was never read cannot be unchanged");
    return current.policy;
  }

  return () => {
    const now = clock.now();
    if (cached === undefined || isDue(cached.until, now))
      cached = { until: plusMs(now, readEveryMs), policy: readPolicy() };
    return cached.policy;
  };
}

/** The problem does not name the store, because health is anonymous. */
function unread(reason: UnknownReason, passes: boolean): LoadedPolicy {
  const problem = `the policy cannot be read (${reason}); DRAWBRIDGE_POLICY must name a blob or a container that the app's identity may read`;
  return {
    kind: "invalid",
    hash: `unread: ${reason}`,
    problems: [problem],
    ...(passes ? { unread: reason } : {}),
  };
}
