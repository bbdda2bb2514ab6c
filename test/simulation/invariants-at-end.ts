import { alert, type Alert, type AlertType } from "../../src/lib/alerts/alert.ts";
import { parseConnectionId } from "../../src/lib/azure/resource-id.ts";
import { endpointOf } from "../../src/lib/connections/review/same-connection.ts";
import { actionOf } from "../../src/lib/connections/decide.ts";
import { preview } from "../../src/lib/connections/review/preview.ts";
import type { ReviewResult } from "../../src/lib/connections/review/ports.ts";

import type { ConnectionRecord, Entry } from "../../src/lib/connections/record/connection-record.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { everyRow } from "../../src/lib/state/rows.ts";
import { checkTermsAtEnd } from "./invariants-of-terms.ts";
import { checkPersonsAtEnd } from "./invariants-of-decisions.ts";
import { archived, everyEntry } from "./archiving.ts";
import { checkLists } from "./invariants-of-lists.ts";
import { witnessOf } from "./invariants-of-puts.ts";
import type { Running } from "./run.ts";
import { canary } from "./simulation.ts";

/** Checks what must hold once the faults have stopped and calm has passed. */
export async function checkAtEnd(running: Running): Promise<void> {
  const { sim, rows } = running;
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const readAt = sim.time.now();
  const { items: records } = await ledger.connections({}, { top: 5_000 });
  const { items: inTable } = await ledger.entries({}, { top: 20_000 });
  await checkLists(running, records, inTable);
  const entries = everyEntry(running, inTable);
  for (const each of lostConnections(running, records)) sim.violated("I6 nothing lost", each);
  checkIdentity(running, records, entries);
  checkAudit(running, entries);
  checkPersonsAtEnd(running, entries);
  checkTermsAtEnd(running, records, entries);
  await checkDecided(running, records);
  checkAlerts(running, entries, readAt);
  checkRecordsTold(running, records);
}

const resting: Readonly<Record<string, readonly ConnectionRecord["phase"][]>> = {
  Pending: ["Held", "Failed"],
  Approved: ["Applied", "Adopted", "Overridden"],
  Rejected: ["Applied", "Adopted", "Overridden", "Revoked"],
};

/** How records differ from the connections of the world, a line each. */
export function lostConnections({ world }: Running, records: readonly ConnectionRecord[]): string[] {
  const lost: string[] = [];
  const known = new Map(records.map((record) => [record.id.text, record]));
  const connections = [...world.services.values()].flatMap((service) => [...service.connections.values()]);
  for (const { id, parsed, state } of connections) {
    const record = known.get(parsed.text);
    known.delete(parsed.text);
    const fits = record !== undefined && record.state === state && resting[state]?.includes(record.phase);
    if (fits !== true) lost.push(`${id.split("/").at(-1)} is ${state}, but its record is ${phaseOf(record)}`);
  }
  for (const [id, record] of known)
    if (record.phase !== "Gone")
      lost.push(`${id.split("/").at(-1)} is gone, but its record is ${phaseOf(record)}`);
  return lost;
}

/** A connection is identified by its endpoint: a decision about one says nothing about another that reuses its name. */
function checkIdentity(
  { sim, world, told }: Running,
  records: readonly ConnectionRecord[],
  entries: readonly Entry[],
): void {
  const foundThere = new Set(
    entries.flatMap((entry) => (entry.kind === "adoption" ? entry.connections.map(({ id }) => id) : [])),
  );
  for (const { id, phase, decisionId, endpointId } of records) {
    const connection = world.connection(id.text);
    if (connection === undefined) continue;
    const violated = (what: string) => {
      sim.violated("I19 identity", `${id.connectionName} ${what}`);
    };
    if (endpointOf(endpointId ?? "") !== endpointOf(connection.endpointId))
      violated(`belongs to ${connection.endpointId}, but its record names ${endpointId}`);
    if (connection.state !== "Approved" || !connection.endpointId.endsWith("-again")) continue;
    if (foundThere.has(id.text)) continue;
    const decision = entries.find((entry) => entry.id === decisionId);
    const approved = decision?.kind === "decision" && decision.verdict.kind === "approve";
    const heard = told.some(
      ({ type, subject }) => type === "Drawbridge.ConnectionBypass" && subject === id.text,
    );
    if (phase === "Adopted" && !approved && !heard) violated("is Approved, and no alert reported the bypass");
  }
}

/** A held connection must still be held under what is true now, and not because of an earlier unreadable fact. */
async function checkDecided(running: Running, records: readonly ConnectionRecord[]): Promise<void> {
  const { sim, platform, rows } = running;
  const said: ReviewResult[] = [];
  for (const { id, phase, state, restrained } of records)
    if (phase === "Held" && state === "Pending" && restrained === undefined)
      void platform.invoke("preview", async ({ services }) => said.push(await preview(services, id)));
  await sim.time.runUntil(sim.time.now() + 60_000);
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  for (const { connection, verdict, reasons } of said) {
    const id = parseConnectionId(connection);
    const record = id && (await ledger.find(id));
    const action =
      verdict === undefined
        ? "none"
        : actionOf({ kind: verdict, reasons, unknown: [], alerts: [] }, running.deployed.mode);
    if (action !== "none" && record?.phase === "Held" && record.restrained === undefined)
      sim.violated(
        "I6 nothing lost",
        `${connection.split("/").at(-1)} is held, but the policy says ${verdict}`,
      );
  }
}

function phaseOf(record: ConnectionRecord | undefined): string {
  return record === undefined ? "missing" : `${record.phase} (${record.state}, next ${record.nextAt})`;
}

/** Each PUT stands between its decision and an entry that records its outcome. */
function checkAudit(running: Running, entries: readonly Entry[]): void {
  const { sim } = running;
  const { puts, connections } = witnessOf(running);
  for (const put of puts) {
    const decided = entries.findIndex(({ id }) => id === put.decision);
    const after = entries
      .slice(decided + 1)
      .some((each) => "connection" in each && each.connection === put.id);
    if (decided < 0 || !after) sim.violated("I9 audit", `no entry records the outcome of a PUT on ${put.id}`);
  }
  for (const entry of entries) {
    if (entry.kind !== "outcome" || entry.phase !== "Applied") continue;
    const looked = connections.some(
      ({ at, id, read }) =>
        id === entry.connection &&
        at <= Date.parse(entry.at) &&
        read.kind === "known" &&
        read.value.state === entry.state,
    );
    if (!looked)
      sim.violated("I10 look, don't guess", `${entry.id} is Applied, but no read showed that state`);
  }
}

/** Approvals that end keep the app at work: an alert after the entries were read may belong to a later entry. */
function checkAlerts(running: Running, entries: readonly Entry[], readAt: number): void {
  const { sim, told } = running;
  const expected = new Set(entries.flatMap((entry) => alertsOf(entry)));
  const delivered = new Set(told.map(({ id }) => id));
  for (const entry of entries)
    for (const id of alertsOf(entry))
      if (!delivered.has(id))
        sim.violated("I8 alerts", `no alert was delivered for ${entry.id} (${entry.kind})`);
  for (const { id, type, data, time } of told)
    if (
      Date.parse(time) <= readAt &&
      /\.(Connection|Service|Recertification|Revocation)/.test(type) &&
      !expected.has(id) &&
      !isOfTheQueue(data)
    )
      sim.violated("I8 alerts", `${type} ${id} was delivered, but no entry calls for it`);
  checkBreakers(running);
}

/** No alert is left undelivered, whatever called for it. */
export async function checkOutboxes(running: Running): Promise<void> {
  const { sim, rows, told, toldFar } = running;
  const far = new Set(toldFar.map(({ id }) => id));
  const kept = new Set((archived(running, "alerts/") as { readonly id: string }[]).map(({ id }) => id));
  for (const { id, type, data } of told)
    if (!far.has(id) && data.sink !== "webhook")
      sim.violated("I8 alerts", `${type} ${id} reached the log, but not the remote sink`);
  for await (const { partition, row, value } of everyRow(rows, {
    partition: { from: "", to: "~" },
    prefix: "",
  })) {
    if (row.startsWith("alert-")) kept.add(value.id as string);
    if (row.startsWith("outbox-")) sim.violated("I8 alerts", `${partition}/${row} was never delivered`);
    if (JSON.stringify(value).includes(canary))
      sim.violated("I14 secrets", `${partition}/${row} contains a secret`);
  }
  for (const { id, type } of told)
    if (!kept.has(id))
      sim.violated("I8 alerts", `${type} ${id} was delivered, but neither table nor archive has it`);
  for (const each of [...told, ...toldFar])
    if (JSON.stringify(each).includes(canary)) sim.violated("I14 secrets", `${each.type} contains a secret`);
}

/** Every connection that waits for a person has an alert. What a breaker holds is reported by the breaker. */
function checkRecordsTold({ sim, told }: Running, records: readonly ConnectionRecord[]): void {
  for (const { id, phase, restrained } of records) {
    if ((phase !== "Held" && phase !== "Failed") || restrained !== undefined) continue;
    const type = `Drawbridge.Connection${phase}`;
    if (!told.some((each) => each.type === type && each.subject === id.text))
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
  const restrained = entry.verdict.reasons[0]?.includes("approvals were made within an hour") === true;
  return restrained ? [] : about("Drawbridge.ConnectionHeld");
}

/** A breaker opens and closes in turn, with one alert each. */
function checkBreakers({ sim, told }: Running): void {
  for (const breaker of ["breaker/requests", "breaker/approvals"]) {
    const once = [
      ...new Map(told.filter(({ subject }) => subject === breaker).map((each) => [each.id, each])).values(),
    ].toSorted((a, b) => (a.time < b.time ? -1 : 1));
    once.forEach(({ type }, index) => {
      const due = index % 2 === 0 ? "Drawbridge.BreakerOpened" : "Drawbridge.BreakerClosed";
      if (type !== due) sim.violated("I12 quota", `${breaker}: ${type} instead of ${due}`);
    });
  }
}
