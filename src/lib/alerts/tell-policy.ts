import type { Clock } from "../clock.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { alert, type Alert } from "./alert.ts";

/** Remembers which policy people were told about. */
export interface PolicyMemory {
  /** Puts the alert into the app's outbox, unless this policy (by its hash) was told already. */
  tellOnce(hash: string, alert: Alert): Promise<void>;
}

/** A policy that does not load is told once, however many processes and sweeps find it so. */
export async function tellPolicy(services: {
  readonly policy: () => Promise<LoadedPolicy>;
  readonly policyMemory: PolicyMemory;
  readonly clock: Clock;
}): Promise<void> {
  const policy = await services.policy();
  if (policy.kind === "valid") return;
  const { hash, problems } = policy;
  const time = services.clock.now().toISOString();
  const told = alert("Drawbridge.PolicyInvalid", "policy", hash, time, { hash, problems });
  await services.policyMemory.tellOnce(hash, told);
}
