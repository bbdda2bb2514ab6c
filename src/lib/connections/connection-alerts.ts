import { alert, type Alert, type AlertType } from "../alerts/alert.ts";
import type { ConnectionRecord, Decision, Link, Outcome } from "./record/record.ts";

type Entry = (Decision | Outcome) & Link;

/** The alerts about one connection. Each belongs to one entry of the audit chain, which makes its id. */
export function connectionHeld(entry: Entry, reason: string): Alert {
  return about("Drawbridge.ConnectionHeld", entry, reason);
}

export function connectionFailed(entry: Entry, reason: string): Alert {
  return about("Drawbridge.ConnectionFailed", entry, reason);
}

export function connectionSlow(entry: Entry, reason: string): Alert {
  return about("Drawbridge.ConnectionSlow", entry, reason);
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
  return alert("Drawbridge.PublicAccessOpen", id.service.text, {
    version: entry.id,
    time: entry.at,
    data: {
      reason:
        "the service has an approved private endpoint and still answers on its public address; " +
        "set publicNetworkAccess to Disabled where that is not meant",
      connection: entry.connection,
    },
  });
}

/** An alert has a row of its own and one for each sink, and all are part of one transaction, which holds a hundred rows. */
const ruleAlertsMax = 10;
const namedMax = 100;

/** What the policy's `alert` rules have to say, whatever was decided; the last of ten tells of all that are left. */
export function ruleAlerts(entry: Decision & Link): Alert[] {
  const { alerts } = entry.verdict;
  const singly = alerts.length > ruleAlertsMax ? alerts.slice(0, ruleAlertsMax - 1) : alerts;
  const rest = alerts.slice(singly.length);
  const told = singly.map(({ rule, reason }) => ruleAlert(entry, { rule, reason }));
  if (rest.length === 0) return told;
  const rules = rest.slice(0, namedMax).map(({ rule }) => rule);
  const reason = `${rest.length} more alert rules are true of it, or cannot be told; the decision has the reason of each`;
  return [...told, ruleAlert(entry, { rule: `${rest.length} more`, rules, reason })];
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

function about(type: AlertType, entry: Entry, reason: string): Alert {
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
