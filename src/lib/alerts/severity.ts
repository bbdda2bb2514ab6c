/**
 * `critical`: broken, or access was granted against the policy. `warning`: a person must decide, now or later. `info`:
 * done.
 */
export type Severity = "critical" | "warning" | "info";
export const severities: readonly Severity[] = ["critical", "warning", "info"];

export const severityOf = {
  "Drawbridge.AddressAcknowledged": "info",
  "Drawbridge.AddressDrifted": "critical",
  "Drawbridge.AddressNotJudged": "warning",
  "Drawbridge.AddressReminder": "warning",
  "Drawbridge.AddressRestored": "info",
  "Drawbridge.BreakerClosed": "info",
  "Drawbridge.BreakerOpened": "critical",
  "Drawbridge.ConnectionApproved": "info",
  "Drawbridge.ConnectionBypass": "critical",
  "Drawbridge.ConnectionFailed": "critical",
  "Drawbridge.ConnectionHeld": "warning",
  "Drawbridge.ConnectionOverridden": "info",
  "Drawbridge.ConnectionRejected": "info",
  "Drawbridge.ConnectionRevoked": "warning",
  "Drawbridge.ConnectionSlow": "warning",
  "Drawbridge.EventPathBroken": "critical",
  "Drawbridge.HeldReminder": "warning",
  "Drawbridge.ObserveSummary": "info",
  "Drawbridge.PolicyChanged": "info",
  "Drawbridge.PolicyInvalid": "critical",
  "Drawbridge.CapacityLow": "warning",
  "Drawbridge.PublicAccessOpen": "warning",
  "Drawbridge.RecertificationDue": "warning",
  "Drawbridge.RevocationDue": "warning",
  "Drawbridge.RuleAlert": "warning",
  "Drawbridge.RuleExpiring": "warning",
  "Drawbridge.ServiceAdopted": "info",
  "Drawbridge.ServiceGone": "critical",
  "Drawbridge.ServiceTagChanged": "warning",
  "Drawbridge.SinkDead": "critical",
  "Drawbridge.SweepOverdue": "critical",
} as const satisfies Readonly<Record<`Drawbridge.${string}`, Severity>>;

export const alertTypes = Object.keys(severityOf) as readonly (keyof typeof severityOf)[];

/** The types as people write them, without the prefix of the CloudEvents type. */
export const alertKinds = alertTypes.map((type) => type.slice("Drawbridge.".length));
