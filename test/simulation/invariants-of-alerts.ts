import { alert, type Alert, type AlertType } from "../../src/lib/alerts/alert.ts";
import type { ConnectionRecord, Entry } from "../../src/lib/connections/record/connection-record.ts";
import { everyRow } from "../../src/lib/state/rows.ts";
import { alertProblems } from "../alert-problems.ts";
import { archived } from "./archiving.ts";
import type { Running } from "./run.ts";
import type { Simulation } from "./simulation.ts";

/** I8: an alert that is sent keeps to the schema that is published for it. */
export function checkSent(sim: Simulation, sent: Alert): void {
  for (const each of alertProblems(sent)) sim.violated("I8 alerts", each);
}

/**
 * I8: every entry that calls for an alert has one, and no other alert was sent. Approvals that end keep the app at
 * work: an alert after the entries were read may belong to a later entry.
 */
export function checkAlerts(running: Running, entries: readonly Entry[], readAt: number): void {
  const { sim, loggedAlerts } = running;
  const expected = new Set(entries.flatMap((entry) => alertsOf(entry)));
  const delivered = new Set(loggedAlerts.map(({ id }) => id));
  for (const entry of entries)
    for (const id of alertsOf(entry))
      if (!delivered.has(id))
        sim.violated("I8 alerts", `no alert was delivered for ${entry.id} (${entry.kind})`);
  for (const { id, type, data, time } of loggedAlerts)
    if (
      Date.parse(time) <= readAt &&
      /\.(Connection|Service|Recertification|Revocation)/.test(type) &&
      !expected.has(id) &&
      !isOfTheQueue(data)
    )
      sim.violated("I8 alerts", `${type} ${id} was delivered, but no entry calls for it`);
}

/** I8: no alert is left undelivered, whatever called for it. */
export async function checkDeliveries(running: Running): Promise<void> {
  const { sim, rows, loggedAlerts, webhookAlerts } = running;
  const far = new Set(webhookAlerts.map(({ id }) => id));
  const kept = new Set((archived(running, "alerts/") as { readonly id: string }[]).map(({ id }) => id));
  for (const { id, type, data } of loggedAlerts)
    if (!far.has(id) && data.sink !== "webhook")
      sim.violated("I8 alerts", `${type} ${id} reached the log, but not the remote sink`);
  for await (const { partition, row, value } of everyRow(rows, {
    partition: { from: "", to: "~" },
    prefix: "",
  })) {
    if (row.startsWith("alert-")) kept.add(value.id as string);
    if (row.startsWith("outbox-")) sim.violated("I8 alerts", `${partition}/${row} was never delivered`);
  }
  for (const { id, type } of loggedAlerts)
    if (!kept.has(id))
      sim.violated("I8 alerts", `${type} ${id} was delivered, but neither table nor archive has it`);
}

/** I8: every connection that waits for a person has an alert. What a breaker holds is reported by the breaker. */
export function checkRecordsAlerted(
  { sim, loggedAlerts }: Running,
  records: readonly ConnectionRecord[],
): void {
  for (const { id, phase, restrained } of records) {
    if ((phase !== "Held" && phase !== "Failed") || restrained !== undefined) continue;
    const type = `Drawbridge.Connection${phase}`;
    if (!loggedAlerts.some((each) => each.type === type && each.subject === id.text))
      sim.violated("I8 alerts", `${id.connectionName} is ${phase}, but no alert says so`);
  }
}

/** The app itself reports a poisoned message whose connection has no record. */
function isOfTheQueue({ reason, decisionId }: Alert["data"]): boolean {
  return decisionId === undefined && String(reason).includes("failed five times in a row");
}

const ended: Partial<Record<ConnectionRecord["phase"], AlertType>> = {
  Failed: "Drawbridge.ConnectionFailed",
  Overridden: "Drawbridge.ConnectionOverridden",
};
const appliedAs: Readonly<Record<string, AlertType>> = {
  Approved: "Drawbridge.ConnectionApproved",
  Rejected: "Drawbridge.ConnectionRejected",
};

/** The ids of the alerts that an entry calls for. An id derives from the type, the subject and the version. */
function alertsOf(entry: Entry): string[] {
  const idOf = (type: AlertType, subject: string) =>
    alert(type, subject, { version: entry.id, time: entry.at, data: {} }).id;
  if (entry.kind === "archival") return [];
  if (entry.kind === "adoption") return [idOf("Drawbridge.ServiceAdopted", entry.service)];
  const about = (type: AlertType) => [idOf(type, entry.connection)];
  if (entry.kind === "outcome") {
    if (entry.announces === "revocation") return about("Drawbridge.RevocationDue");
    if (entry.phase === "Revoked") return about("Drawbridge.ConnectionRevoked");
    if (entry.endsAt !== undefined) return about("Drawbridge.RecertificationDue");
    if (entry.slow === true) return about("Drawbridge.ConnectionSlow");
    const type = entry.phase === "Applied" ? appliedAs[entry.state ?? ""] : ended[entry.phase];
    return type === undefined ? [] : about(type);
  }
  if (entry.announces === "revocation") return about("Drawbridge.RevocationDue");
  if (entry.recertifies === true)
    return entry.person !== undefined || entry.verdict.kind === "approve"
      ? []
      : about("Drawbridge.RecertificationDue");
  if (entry.action !== "none") return [];
  if (entry.facts.known["connection.state"] !== "Pending")
    return entry.verdict.kind === "approve" ? [] : about("Drawbridge.ConnectionBypass");
  // The breaker reports once what it holds.
  return entry.restrained === undefined ? about("Drawbridge.ConnectionHeld") : [];
}
