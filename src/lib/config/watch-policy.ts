import { isDue, plusMs, type Clock } from "../clock.ts";
import { isTransient, type UnknownReason } from "../policy/values/fact.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import type { Config } from "./config.ts";
import { policyFrom } from "./load-policy.ts";
import type { PolicyTexts } from "./policy-files.ts";

/** What came of looking where the policy is kept: `version` tells whether it is still the one that was read before. */
export type PolicyLook =
  | ({ readonly kind: "read"; readonly version: string } & PolicyTexts)
  | { readonly kind: "unchanged" }
  | { readonly kind: "unusable"; readonly problem: string }
  | { readonly kind: "unread"; readonly reason: UnknownReason };

/** Where a policy is kept outside the package. Never throws for what the place may answer. */
export interface PolicyStore {
  look(version: string | undefined): Promise<PolicyLook>;
}

const lookEveryMs = 60_000;
/** What could not be read for so long is not a difficulty that passes, and a person is told. */
const passingMs = 5 * 60_000;

/**
 * The policy of a store, looked at every minute. What cannot be read is no policy at all: the one before it may have
 * been replaced, and could not find out is never yes.
 */
export function watchPolicy(
  store: PolicyStore,
  settings: Pick<Config, "policyParameters" | "mode">,
  clock: Clock,
): () => Promise<LoadedPolicy> {
  let current: { readonly version: string; readonly policy: LoadedPolicy } | undefined;
  let unreadSince: string | undefined;
  let looked: { readonly until: string; readonly policy: Promise<LoadedPolicy> } | undefined;

  async function look(): Promise<LoadedPolicy> {
    const found = await store.look(current?.version);
    if (found.kind === "unread") {
      unreadSince ??= clock.now().toISOString();
      const passes =
        isTransient(found.reason) && !isDue(plusMs(new Date(unreadSince), passingMs), clock.now());
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
    if (looked === undefined || isDue(looked.until, now))
      looked = { until: plusMs(now, lookEveryMs), policy: look() };
    return looked.policy;
  };
}

/** The place stays out of it: health tells its problems to everybody. */
function unread(reason: UnknownReason, passes: boolean): LoadedPolicy {
  const problem = `the policy cannot be read (${reason}); DRAWBRIDGE_POLICY must name a blob or a container that the app's identity may read`;
  return {
    kind: "invalid",
    hash: `unread: ${reason}`,
    problems: [problem],
    ...(passes ? { unread: reason } : {}),
  };
}
