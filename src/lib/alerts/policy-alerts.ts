import { dayMs, hasElapsed, type Clock } from "../clock.ts";
import { deciderHash } from "../decider-hash.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { changesBetween } from "../policy/outline-changes.ts";
import type { Outline } from "../policy/outline.ts";
import { alert, type Alert } from "./alert.ts";
import { appRows, type AppState, type Changed } from "../app-state.ts";
import { policyChangedReason, policyInvalidReason, ruleExpiresReason } from "./reasons-of-the-app.ts";
import { truncateList } from "../truncate-list.ts";

/** What was reported about the policy last. */
interface PolicyRow {
  readonly hash?: string;
  readonly name?: string;
  readonly outline?: Outline;
  /** The hash of the invalid policy that is in force, and when that was reported. */
  readonly invalid?: string;
  readonly invalidToldAt?: string;
}

/** How long before its expiry a rule is reported. */
const announcedDays = 14;
/** Nobody reads a longer list of changes. The history of the repository has the rest. */
const changesMax = 50;
/** An outline that does not fit into a row is not stored, and its changes are not listed. */
const outlineMax = 900_000;

/**
 * Raises alerts for a changed policy or mode, for a policy that does not load (again each day), and for rules that
 * expire soon. Each is raised once, however many processes and sweeps notice it.
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
  await appState.update<{ mode: string }>(appRows.mode, (found) => modeChanged(found?.mode, mode, now));
  if (policy.kind === "invalid" && policy.unread !== undefined) return;
  await appState.update<PolicyRow>(appRows.policy, (found) =>
    policy.kind === "valid" ? policyChanged(found, policy, now) : policyInvalid(found, policy, { mode, now }),
  );
  if (policy.kind === "valid")
    for (const each of expiring(policy, now))
      await appState.update<{ told: string }>(appRows.expiring(each.id), (found) =>
        found === undefined ? { value: { told: each.id }, alerts: [each] } : undefined,
      );
}

function modeChanged(
  before: string | undefined,
  mode: string,
  now: Date,
): Changed<{ mode: string }> | undefined {
  if (before === mode) return undefined;
  const changes = [`mode: ${before} became ${mode}`];
  return { value: { mode }, alerts: before === undefined ? [] : [changed(appRows.mode, mode, changes, now)] };
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

/** Keeps the last valid policy in the row, so that the next valid one is compared with it. */
function policyInvalid(
  found: PolicyRow | undefined,
  { hash, problems }: Extract<LoadedPolicy, { kind: "invalid" }>,
  { mode, now }: { readonly mode: string; readonly now: Date },
): Changed<PolicyRow> | undefined {
  const again = hasElapsed(dayMs, found?.invalidToldAt, now);
  if (found?.invalid === hash && !again) return undefined;
  const at = now.toISOString();
  const raised = alert("Drawbridge.PolicyInvalid", "policy", {
    version: `${hash}\n${at}`,
    time: at,
    data: {
      hash: deciderHash({ hash }, mode),
      problems,
      reason: policyInvalidReason,
    },
  });
  return { value: { ...found, invalid: hash, invalidToldAt: at }, alerts: [raised] };
}

function changed(version: string, name: string, changes: readonly string[], now: Date): Alert {
  const at = now.toISOString();
  return alert("Drawbridge.PolicyChanged", "policy", {
    version: `${version}\n${at}`,
    time: at,
    data: {
      name,
      changes: truncateList(changes, changesMax),
      reason: policyChangedReason,
    },
  });
}

function expiring({ compiled }: Extract<LoadedPolicy, { kind: "valid" }>, now: Date): Alert[] {
  return compiled.policy.rules.flatMap(({ name, effect, expiresOn }) => {
    const left = (expiresOn ?? 0) - now.getTime();
    if (expiresOn === undefined || left <= 0 || left > announcedDays * dayMs) return [];
    const expires = new Date(expiresOn).toISOString();
    const data = { rule: name, effect, expiresOn: expires, reason: ruleExpiresReason(expires) };
    return [
      alert("Drawbridge.RuleExpiring", "policy", {
        version: `${name}\n${expires}`,
        time: now.toISOString(),
        data,
      }),
    ];
  });
}
