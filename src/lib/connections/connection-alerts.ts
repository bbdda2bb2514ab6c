import { alert, type Alert, type AlertType } from "../alerts/alert.ts";
import type { ConnectionRecord, Decision, Link, Outcome } from "./record.ts";

type Entry = (Decision | Outcome) & Link;

/** The alerts about one connection. Each belongs to one entry of the audit chain, which makes its id. */
export function connectionHeld(entry: Entry, reason: string): Alert {
  return about("Drawbridge.ConnectionHeld", entry, reason);
}

export function connectionFailed(entry: Entry, reason: string): Alert {
  return about("Drawbridge.ConnectionFailed", entry, reason);
}

export function connectionOverridden(entry: Entry, reason: string): Alert {
  return about("Drawbridge.ConnectionOverridden", entry, reason);
}

export function connectionBypass(entry: Entry, reason: string): Alert {
  return about("Drawbridge.ConnectionBypass", entry, reason);
}

export function connectionApplied(entry: Entry, { action }: ConnectionRecord, reason: string): Alert {
  const type = action === "approve" ? "Drawbridge.ConnectionApproved" : "Drawbridge.ConnectionRejected";
  return about(type, entry, reason);
}

/**
 * About the service, with the first of its connections that was approved. Its version is the entry: the same connection may be
 * the first once more, while what was told of it before is still on its way.
 */
export function publicAccessOpen(entry: Entry, { id }: ConnectionRecord): Alert {
  return alert("Drawbridge.PublicAccessOpen", id.service.text, entry.id, entry.at, {
    reason:
      "the service has an approved private endpoint and still answers on its public address; " +
      "set publicNetworkAccess to Disabled where that is not meant",
    connection: entry.connection,
  });
}

/** What the policy's `alert` rules have to say, whatever was decided. */
export function ruleAlerts(entry: Decision & Link): Alert[] {
  return entry.verdict.alerts.map(({ rule, reason }) =>
    alert("Drawbridge.RuleAlert", entry.connection, `${entry.id}\n${rule}`, entry.at, {
      rule,
      reason,
      decisionId: entry.id,
    }),
  );
}

function about(type: AlertType, entry: Entry, reason: string): Alert {
  const decisionId = entry.kind === "decision" ? entry.id : entry.decisionId;
  return alert(type, entry.connection, entry.id, entry.at, {
    reason,
    ...(decisionId === undefined ? {} : { decisionId }),
    ...(entry.kind === "decision"
      ? { verdict: entry.verdict.kind, mode: entry.mode, unknown: entry.verdict.unknown }
      : {}),
    ...(entry.kind === "outcome" && entry.use !== undefined ? { use: entry.use } : {}),
  });
}
