import { alert, type Alert, type AlertType } from "../alerts/alert.ts";
import type { ConnectionRecord, Entry } from "./record.ts";

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

export function connectionApplied(entry: Entry, { action }: ConnectionRecord, reason: string): Alert {
  const type = action === "approve" ? "Drawbridge.ConnectionApproved" : "Drawbridge.ConnectionRejected";
  return about(type, entry, reason);
}

function about(type: AlertType, entry: Entry, reason: string): Alert {
  const decisionId = entry.kind === "decision" ? entry.id : entry.decisionId;
  return alert(type, entry.connection, entry.id, entry.at, {
    reason,
    ...(decisionId === undefined ? {} : { decisionId }),
    ...(entry.kind === "decision" ? { unknown: entry.verdict.unknown } : {}),
  });
}
