import approver from "../../../infra/estate/roles/approver.json" with { type: "json" };
import reader from "../../../infra/estate/roles/reader.json" with { type: "json" };

import type { Refusal } from "../estate/refusals.ts";
import { howToGrant, type RoleName } from "../how-to-grant.ts";

/** The roles as they are deployed, by the side that each is for. */
const roles = { approver, reader } satisfies Readonly<Record<RoleName, unknown>>;

/** An action of a role: what it is for, and how it is granted. */
export interface Right {
  readonly action: string;
  /** Display name of the role. */
  readonly role: string;
  /** What the app needs it for, and so what is lost without it. */
  readonly reason: string;
}

/** The actions of a role. */
export function rightsOf(name: RoleName): readonly Right[] {
  const { name: role, actions } = roles[name];
  return actions.map(({ action, reason }) => ({ action, role, reason }));
}

/**
 * The role that has an action, whatever its case; the Reader where both have it. Undefined for an action of neither.
 */
function roleWith(action: string): { readonly name: RoleName; readonly action: string } | undefined {
  for (const name of ["reader", "approver"] as const)
    for (const { action: pattern } of rightsOf(name)) {
      const text = pattern.replaceAll(".", "\\.").replaceAll("*", ".*");
      if (new RegExp(`^${text}$`, "i").test(action)) return { name, action: pattern };
    }
  return undefined;
}

interface Tried {
  readonly action: string;
  readonly subscription: string;
  readonly state: string;
}

/**
 * Whether a check found the right that was refused. The right to query Resource Graph counts as found where a query has
 * shown any subscription.
 */
export function isGranted({ action, subscription }: Refusal, checks: readonly Tried[]): boolean {
  const named = roleWith(action)?.action;
  return checks.some(
    (check) =>
      check.state === "ok" &&
      check.action === named &&
      (subscription === undefined || check.subscription === subscription),
  );
}

/** Says which right Azure refused, where, and how it is granted: the same words wherever it appears. */
export function refusalWarning({ action, subscription, at }: Refusal): string {
  const role = roleWith(action);
  const where = subscription === undefined ? "in every subscription" : `in the subscription ${subscription}`;
  return (
    `Azure refused ${role?.action ?? action} ${where} (403), last at ${at}: what it shows is unknown, and rules that need it hold. ` +
    howToGrant(
      role?.name ?? "approver",
      subscription === undefined ? "the governed subscriptions" : `/subscriptions/${subscription}`,
    )
  );
}
