import type { Clock } from "../clock.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { alert, type Alert } from "./alert.ts";

/** Remembers which policy people were told about. */
export interface PolicyMemory {
  /** Puts the alert into the app's outbox, unless this version of what `topic` names was told already. */
  tellOnce(topic: string, version: string, alert: Alert): Promise<void>;
}

const dayMs = 86_400_000;
/** How long before it a rule's expiry is announced. */
const announcedDays = 14;

/**
 * A policy that does not load, and a rule that will soon be gone, are told once, however many processes and
 * sweeps find it so.
 */
export async function tellPolicy(services: {
  readonly policy: () => Promise<LoadedPolicy>;
  readonly policyMemory: PolicyMemory;
  readonly clock: Clock;
}): Promise<void> {
  const { policyMemory, clock } = services;
  const policy = await services.policy();
  const now = clock.now();
  if (policy.kind === "valid") {
    for (const told of expiring(policy, now))
      await policyMemory.tellOnce(`expiring-${told.id}`, told.id, told);
    return;
  }
  const { hash, problems } = policy;
  const told = alert("Drawbridge.PolicyInvalid", "policy", hash, now.toISOString(), { hash, problems });
  await policyMemory.tellOnce("policy", hash, told);
}

function expiring({ compiled }: Extract<LoadedPolicy, { kind: "valid" }>, now: Date): Alert[] {
  return compiled.policy.rules.flatMap(({ name, effect, expiresOn }) => {
    const left = (expiresOn ?? 0) - now.getTime();
    if (expiresOn === undefined || left <= 0 || left > announcedDays * dayMs) return [];
    const expires = new Date(expiresOn).toISOString();
    const data = { rule: name, effect, expiresOn: expires };
    return [alert("Drawbridge.RuleExpiring", "policy", `${name}\n${expires}`, now.toISOString(), data)];
  });
}
