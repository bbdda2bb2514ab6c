// What the alerts about connections say happened, and in some what to do. They are raised with these texts, and
// docs/alerts.md shows them. Those of a decision itself are in policy/evaluate/verdict-reasons.ts.

/** A verdict of the policy. */
interface Verdict {
  readonly kind: string;
  readonly reasons: readonly string[];
}

/** Whether a private DNS zone resolves the service to the endpoint. */
type DnsReadiness =
  | { readonly dns: "zone-group" }
  | {
      readonly dns: "by-hand";
      readonly record: { readonly name: string; readonly addresses: readonly string[] };
    }
  | { readonly dns: "unknown"; readonly reason: string };

/** The zone in which Azure resolves an API Management service privately (Azure's table of private DNS zones). */
export const privateZone = "privatelink.azure-api.net";

/** Of an approval or a rejection: why it was decided and, of an approval, what its requester still needs. */
export function appliedReason(decision: string, use: DnsReadiness | undefined): string {
  return use === undefined ? decision : `${decision}; ${describeDnsReadiness(use)}`;
}

function describeDnsReadiness(readiness: DnsReadiness): string {
  switch (readiness.dns) {
    case "zone-group":
      return `its private DNS zone group keeps the record in ${privateZone}`;
    case "by-hand":
      return `it has no private DNS zone group for ${privateZone}: create the record ${readiness.record.name} A ${readiness.record.addresses.join(", ") || "(the endpoint's address)"} by hand`;
    case "unknown":
      return `whether it has a private DNS zone group for ${privateZone} could not be read (${readiness.reason})`;
  }
}

export function refusedReason(target: string, code: string): string {
  return `Azure refused to make it ${target} (${code})`;
}

/** What a write waits for that Azure accepted and has not finished. */
export const processedByAzure = "Azure is processing the write";

/** `difficulty` is what it waits for. */
export function slowReason(time: "a day" | "an hour", difficulty: string): string {
  return `not done after ${time}: ${difficulty}`;
}

export function overriddenReason(state: string, verdict: string | undefined): string {
  const decided = verdict === undefined ? "which had not decided yet" : `whose verdict was ${verdict}`;
  return `it was set to ${state} outside Drawbridge, ${decided}`;
}

/** How a connection reached its state that Drawbridge did not write to. */
export function settledOutside(state: string): string {
  return `it became ${state} without Drawbridge`;
}

export function bypassReason(state: string, verdict: Verdict): string {
  return `${settledOutside(state)}; ${describeVerdict(verdict)}`;
}

export function approvalEndsReason(until: string): string {
  return `its approval ends at ${until}; the policy re-evaluates it then`;
}

export function approvalEndedReason(until: string, verdict: Verdict): string {
  return `its approval ended at ${until}, and ${describeVerdict(verdict)}; it is left Approved`;
}

function describeVerdict({ kind, reasons }: Verdict): string {
  return `the policy's verdict is ${kind} (${reasons.join("; ")})`;
}

/** The notice of a revocation. */
export function revocationDueReason(why: string, dueAt: string): string {
  return `the policy rejects it since (${why}); it is revoked after ${dueAt} unless that changes`;
}

export function revocationBlockedReason(why: string): string {
  return `the policy rejects it since, and it is not revoked (${why})`;
}

export function revocationCancelledReason(why: string): string {
  return `it is not revoked after all: ${why}`;
}

export function revokedReason(decision: string): string {
  return `its approval was revoked: ${decision}`;
}

export function moreRuleAlertsReason(count: number): string {
  return `${count} more alert rules are true or unknown; the decision has the reason of each`;
}

export function capacityReason(connections: number, limit: number): string {
  return (
    `the service has ${connections} of the ${limit} private endpoint connections that Azure allows; ` +
    "remove unused ones (rejected ones count too), or plan for another service"
  );
}

export const publicAccessReason =
  "the service has an approved private endpoint and still answers on its public address; " +
  "set publicNetworkAccess to Disabled unless that is intended";

export function adoptedReason(approved: number, others: number): string {
  const are = (count: number) => (count === 1 ? "is" : "are");
  return (
    `Drawbridge sees this service for the first time. ${approved} ${approved === 1 ? "connection" : "connections"} ` +
    `${are(approved)} Approved already${others > 0 ? ` and ${others} ${are(others)} in another state` : ""}; ` +
    "what was decided before is left as it is"
  );
}
