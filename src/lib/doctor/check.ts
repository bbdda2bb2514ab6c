import type { Read } from "../estate/read.ts";
import type { UnknownReason } from "../policy/values/unknown-reason.ts";
import { howToGrant, type RoleName } from "../how-to-grant.ts";
import { rightsOf } from "./rights.ts";

/** `missing`: Azure answered 403. `not testable`: nothing was there to read, or the read failed for another reason. */
type CheckState = "ok" | "missing" | "not testable";

/** Whether the app has one right in one subscription. */
export interface Check {
  readonly action: string;
  readonly role: string;
  readonly subscription: string;
  readonly state: CheckState;
  /** What the right is for, and so what is lost without it. */
  readonly reason: string;
  /** What was read, or why nothing was. */
  readonly detail: string;
  /** How to grant a missing right. */
  readonly grant?: string;
}

export interface Finding {
  readonly state: CheckState;
  readonly detail: string;
}

export type Findings = ReadonlyMap<string, Finding>;

export const notTestable = (detail: string): Finding => ({ state: "not testable", detail });

/** What a read of a resource proves about the right to read it. */
export function findingOf(read: Read<unknown>, resource: string): Finding {
  if (read.kind === "known") return { state: "ok", detail: resource };
  if (read.reason === "forbidden") return { state: "missing", detail: `403 for ${resource}` };
  return notTestable(`${explanations[read.reason] ?? read.reason}: ${resource}`);
}

const explanations: Partial<Record<UnknownReason, string>> = {
  "not-found": "no longer there",
  "not-visible": "Azure does not show the subscription: no right in it at all, or it is gone",
  "foreign-tenant": "in another tenant",
  "not-attempted": "no time was left",
  "timed-out": "no answer in time",
  throttled: "Azure asks to wait, or the app's quota is used up",
};

/** They follow an operation of a write, and a write is never tried. */
const pollingActions = [
  "Microsoft.ApiManagement/service/operationresults/read",
  "Microsoft.ApiManagement/service/*/operationresults/read",
  "Microsoft.ApiManagement/locations/operationsStatuses/read",
];

function untested(action: string): string {
  return pollingActions.includes(action)
    ? "only used while an approval is under way"
    : "doctor has no check for it";
}

/** One check for each action of a role; an action without a finding is not testable. */
export function checksOf(role: RoleName, subscription: string, findings: Findings): readonly Check[] {
  return rightsOf(role).map(({ action, role: named, reason }) => {
    const finding = findings.get(action) ?? notTestable(untested(action));
    return {
      action,
      role: named,
      subscription,
      reason,
      ...finding,
      ...(finding.state === "missing" ? { grant: howToGrant(role, `/subscriptions/${subscription}`) } : {}),
    };
  });
}
