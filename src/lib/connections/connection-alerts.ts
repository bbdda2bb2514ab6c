import { alert, type Alert, type AlertType } from "../alerts/alert.ts";
import { moreRuleAlertsReason, publicAccessReason } from "../alerts/reasons-of-connections.ts";
import type { ConnectionRecord, Decision, Link, Outcome } from "./record/connection-record.ts";

type Entry = (Decision | Outcome) & Link;

// The alerts about one connection. Each belongs to one entry of the audit chain, from which its id is derived.

export function connectionHeld(entry: Entry, reason: string): Alert {
  return connectionAlert("Drawbridge.ConnectionHeld", entry, reason);
}

export function connectionFailed(entry: Entry, reason: string): Alert {
  return connectionAlert("Drawbridge.ConnectionFailed", entry, reason);
}

export function connectionSlow(entry: Entry, reason: string): Alert {
  return connectionAlert("Drawbridge.ConnectionSlow", entry, reason);
}

export function connectionOverridden(entry: Entry, reason: string): Alert {
  return connectionAlert("Drawbridge.ConnectionOverridden", entry, reason);
}

export function connectionBypass(entry: Entry, reason: string): Alert {
  return connectionAlert("Drawbridge.ConnectionBypass", entry, reason);
}

export function connectionRevoked(entry: Entry, reason: string): Alert {
  return connectionAlert("Drawbridge.ConnectionRevoked", entry, reason);
}

/** An announced revocation: until when it can be prevented, or that it is not made. */
export function revocationDue(
  entry: Entry,
  { reason, dueAt }: { readonly reason: string; readonly dueAt?: string },
): Alert {
  const { id, type, subject, time, data } = connectionAlert("Drawbridge.RevocationDue", entry, reason);
  return { id, type, subject, time, data: { ...data, ...(dueAt === undefined ? {} : { dueAt }) } };
}

/** The end of an approval, ahead of it or after it. */
export function recertificationDue(
  entry: Entry,
  { reason, until, isOver }: { readonly reason: string; readonly until: string; readonly isOver: boolean },
): Alert {
  const { id, type, subject, time, data } = connectionAlert("Drawbridge.RecertificationDue", entry, reason);
  return { id, type, subject, time, data: { ...data, until, isOver } };
}

export function connectionApplied(entry: Entry, { action }: ConnectionRecord, reason: string): Alert {
  const type = action === "approve" ? "Drawbridge.ConnectionApproved" : "Drawbridge.ConnectionRejected";
  return connectionAlert(type, entry, reason);
}

/**
 * An alert about the service, with its first approved connection. The entry's id is its version: the same connection
 * may become the first again while the earlier alert is still being delivered.
 */
export function publicAccessOpen(entry: Entry, { id }: ConnectionRecord): Alert {
  return alert("Drawbridge.PublicAccessOpen", id.service.text, {
    version: entry.id,
    time: entry.at,
    data: {
      reason: publicAccessReason,
      connection: entry.connection,
    },
  });
}

/**
 * An alert has one row and one per sink, and all alerts of an entry are in one transaction of at most a hundred rows.
 */
const ruleAlertsMax = 10;
const namedMax = 100;

/** The alerts of the policy's `alert` rules, whatever the verdict is. The last of ten sums up the others. */
export function ruleAlerts(entry: Decision & Link): Alert[] {
  const { alerts } = entry.verdict;
  const single = alerts.length > ruleAlertsMax ? alerts.slice(0, ruleAlertsMax - 1) : alerts;
  const rest = alerts.slice(single.length);
  const ruled = single.map(({ rule, reason }) => ruleAlert(entry, { rule, reason }));
  if (rest.length === 0) return ruled;
  const rules = rest.slice(0, namedMax).map(({ rule }) => rule);
  const reason = moreRuleAlertsReason(rest.length);
  return [...ruled, ruleAlert(entry, { rule: `${rest.length} more`, rules, reason })];
}

function ruleAlert(
  entry: Decision & Link,
  data: { readonly rule: string; readonly reason: string; readonly rules?: readonly string[] },
): Alert {
  const id = `${entry.id}\n${data.rule}`;
  return alert("Drawbridge.RuleAlert", entry.connection, {
    version: id,
    time: entry.at,
    data: { ...data, decisionId: entry.id },
  });
}

function connectionAlert(type: AlertType, entry: Entry, reason: string): Alert {
  const decisionId = entry.kind === "decision" ? entry.id : entry.decisionId;
  return alert(type, entry.connection, {
    version: entry.id,
    time: entry.at,
    data: {
      reason,
      ...(decisionId === undefined ? {} : { decisionId }),
      ...(entry.kind === "decision"
        ? { verdict: entry.verdict.kind, mode: entry.mode, unknown: entry.verdict.unknown }
        : {}),
      ...(entry.kind === "outcome" && entry.use !== undefined ? { use: entry.use } : {}),
    },
  });
}
