import { isDue, plusMs, type Clock } from "../clock.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { changesBetween, type Outline } from "../policy/outline.ts";
import { alert, type Alert } from "./alert.ts";
import type { AppState, Changed } from "../app-state.ts";

/** What people were told about the policy last. */
interface PolicyRow {
  readonly hash?: string;
  readonly name?: string;
  readonly outline?: Outline;
  /** The hash of the invalid one that is in force, and when that was told. */
  readonly invalid?: string;
  readonly invalidToldAt?: string;
}

const dayMs = 86_400_000;
/** How long before it a rule's expiry is announced. */
const announcedDays = 14;
/** A change of everything is not read by anybody; the log of the repository has the rest. */
const changesMax = 50;
/** An outline that does not fit into a row is not kept, and its changes are not told one by one. */
const outlineMax = 900_000;

/**
 * Tells of a policy or a mode that is not the one before, of a policy that does not load (again each day that it does
 * not), and of rules that will soon be gone: once, however many processes and sweeps find it so.
 */
export async function reportPolicy(services: {
  readonly policy: () => Promise<LoadedPolicy>;
  readonly mode: string;
  readonly appState: AppState;
  readonly clock: Clock;
}): Promise<void> {
  const { appState, clock, mode } = services;
  const policy = await services.policy();
  const now = clock.now();
  await appState.update<{ mode: string }>("mode", (found) => modeChanged(found?.mode, mode, now));
  if (policy.kind === "invalid" && policy.unread !== undefined) return;
  await appState.update<PolicyRow>("policy", (found) =>
    policy.kind === "valid" ? policyChanged(found, policy, now) : policyInvalid(found, policy, now),
  );
  if (policy.kind === "valid")
    for (const told of expiring(policy, now))
      await appState.update<{ told: string }>(`expiring-${told.id}`, (found) =>
        found === undefined ? { value: { told: told.id }, alerts: [told] } : undefined,
      );
}

function modeChanged(
  before: string | undefined,
  mode: string,
  now: Date,
): Changed<{ mode: string }> | undefined {
  if (before === mode) return undefined;
  const changes = [`mode: ${before} became ${mode}`];
  return { value: { mode }, alerts: before === undefined ? [] : [changed("mode", mode, changes, now)] };
}

function policyChanged(
  found: PolicyRow | undefined,
  { hash, name, outline }: Extract<LoadedPolicy, { kind: "valid" }>,
  now: Date,
): Changed<PolicyRow> | undefined {
  if (found?.hash === hash && found.invalid === undefined) return undefined;
  const after = outline();
  const value = { hash, name, ...(JSON.stringify(after).length > outlineMax ? {} : { outline: after }) };
  if (found === undefined) return { value };
  const changes = found.outline === undefined ? [] : changesBetween(found.outline, after);
  return { value, alerts: [changed(hash, name, changes, now)] };
}

/** The policy in force before it stays in the row, so that the one after it is compared with that. */
function policyInvalid(
  found: PolicyRow | undefined,
  { hash, problems }: Extract<LoadedPolicy, { kind: "invalid" }>,
  now: Date,
): Changed<PolicyRow> | undefined {
  const again = isDue(found?.invalidToldAt && plusMs(new Date(found.invalidToldAt), dayMs), now);
  if (found?.invalid === hash && !again) return undefined;
  const at = now.toISOString();
  const told = alert("Drawbridge.PolicyInvalid", "policy", `${hash}\n${at}`, at, {
    hash,
    problems,
    reason: "the policy does not load, so that everything is held; mend what is wrong with it",
  });
  return { value: { ...found, invalid: hash, invalidToldAt: at }, alerts: [told] };
}

function changed(version: string, name: string, changes: readonly string[], now: Date): Alert {
  const at = now.toISOString();
  const left = changes.length - changesMax;
  const shown = [...changes.slice(0, changesMax), ...(left > 0 ? [`and ${left} more`] : [])];
  return alert("Drawbridge.PolicyChanged", "policy", `${version}\n${at}`, at, {
    name,
    changes: shown,
    reason: "what is held is reviewed again under it",
  });
}

function expiring({ compiled }: Extract<LoadedPolicy, { kind: "valid" }>, now: Date): Alert[] {
  return compiled.policy.rules.flatMap(({ name, effect, expiresOn }) => {
    const left = (expiresOn ?? 0) - now.getTime();
    if (expiresOn === undefined || left <= 0 || left > announcedDays * dayMs) return [];
    const expires = new Date(expiresOn).toISOString();
    const reason = `the rule stops working at ${expires}; renew it, or take it out`;
    const data = { rule: name, effect, expiresOn: expires, reason };
    return [alert("Drawbridge.RuleExpiring", "policy", `${name}\n${expires}`, now.toISOString(), data)];
  });
}
