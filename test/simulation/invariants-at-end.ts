import { alert, type Alert, type AlertType } from "../../src/lib/alerts/alert.ts";
import { parseConnectionId } from "../../src/lib/azure/resource-id.ts";
import { endpointOf } from "../../src/lib/connections/review/identity.ts";
import { actionOf } from "../../src/lib/connections/decide.ts";
import { preview } from "../../src/lib/connections/review/preview.ts";
import type { ReviewResult } from "../../src/lib/connections/review/review-services.ts";

import type { ConnectionRecord, Entry } from "../../src/lib/connections/record/record.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { everyRow } from "../../src/lib/state/rows.ts";
import { archived, everyEntry } from "./archiving.ts";
import { witnessOf } from "./invariants-of-puts.ts";
import type { Running } from "./run.ts";
import { canary } from "./simulation.ts";

/** What must hold when the faults have stopped and time has passed. */
export async function checkAtEnd(running: Running): Promise<void> {
  const { sim, rows } = running;
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const { items: records } = await ledger.connections({}, { top: 5_000 });
  const entries = everyEntry(running, (await ledger.entries({}, { top: 20_000 })).items);
  checkNothingLost(running, records);
  checkIdentity(running, records, entries);
  checkAudit(running, entries);
  await checkDecided(running, records);
  checkAlerts(running, entries);
  checkRecordsTold(running, records);
}

const resting: Readonly<Record<string, readonly ConnectionRecord["phase"][]>> = {
  Pending: ["Held", "Failed"],
  Approved: ["Applied", "Adopted", "Overridden"],
  Rejected: ["Applied", "Adopted", "Overridden"],
};

function checkNothingLost({ sim, world }: Running, records: readonly ConnectionRecord[]): void {
  const known = new Map(records.map((record) => [record.id.text, record]));
  const connections = [...world.services.values()].flatMap((service) => [...service.connections.values()]);
  for (const { id, state } of connections) {
    const record = known.get(parseConnectionId(id)?.text ?? "");
    known.delete(record?.id.text ?? "");
    const fits = record !== undefined && record.state === state && resting[state]?.includes(record.phase);
    if (fits !== true)
      sim.violated("I6 nothing lost", `${id.split("/").at(-1)} is ${state}, its record ${phaseOf(record)}`);
  }
  for (const [id, record] of known)
    if (record.phase !== "Gone")
      sim.violated("I6 nothing lost", `${id.split("/").at(-1)} is gone, its record ${phaseOf(record)}`);
}

/** A connection is known by its endpoint: what was decided of one says nothing of another that has its name now. */
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
      violated(`is of ${connection.endpointId}, its record of ${endpointId}`);
    if (connection.state !== "Approved" || !connection.endpointId.endsWith("-again")) continue;
    if (foundThere.has(id.text)) continue;
    const decision = entries.find((entry) => entry.id === decisionId);
    const approved = decision?.kind === "decision" && decision.verdict.kind === "approve";
    const heard = told.some(
      ({ type, subject }) => type === "Drawbridge.ConnectionBypass" && subject === id.text,
    );
    if (phase === "Adopted" && !approved && !heard) violated("is Approved, and nobody heard of the bypass");
  }
}

/** What waits for a person has to wait by what is true now, and not by what once could not be read. */
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
        `${connection.split("/").at(-1)} is held, and the policy says ${verdict}`,
      );
  }
}

function phaseOf(record: ConnectionRecord | undefined): string {
  return record === undefined ? "missing" : `${record.phase} (${record.state}, next ${record.nextAt})`;
}

/** Each PUT stands between its decision and an entry that says what became of it. */
function checkAudit(running: Running, entries: readonly Entry[]): void {
  const { sim } = running;
  const { puts, connections } = witnessOf(running);
  for (const put of puts) {
    const decided = entries.findIndex(({ id }) => id === put.decision);
    const after = entries
      .slice(decided + 1)
      .some((each) => "connection" in each && each.connection === put.id);
    if (decided < 0 || !after) sim.violated("I9 audit", `nothing tells what became of a PUT on ${put.id}`);
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
    if (!looked) sim.violated("I10 look, don't guess", `${entry.id} is Applied, and nobody saw it`);
  }
}

function checkAlerts(running: Running, entries: readonly Entry[]): void {
  const { sim, told } = running;
  const expected = new Set(entries.flatMap((entry) => alertsOf(entry)));
  const delivered = new Set(told.map(({ id }) => id));
  for (const entry of entries)
    for (const id of alertsOf(entry))
      if (!delivered.has(id)) sim.violated("I8 alerts", `nobody was told of ${entry.id} (${entry.kind})`);
  for (const { id, type, data } of told)
    if (/\.(Connection|Service)/.test(type) && !expected.has(id) && !isOfTheQueue(data))
      sim.violated("I8 alerts", `${type} ${id} was told, and nothing that was recorded calls for it`);
  checkBreakers(running);
}

/** Whatever called for an alert: nothing is left that nobody was told of. */
export async function checkOutboxes(running: Running): Promise<void> {
  const { sim, rows, told, toldFar } = running;
  const far = new Set(toldFar.map(({ id }) => id));
  const kept = new Set((archived(running, "alerts/") as { readonly id: string }[]).map(({ id }) => id));
  for (const { id, type, data } of told)
    if (!far.has(id) && data.sink !== "webhook")
      sim.violated("I8 alerts", `${type} ${id} reached the log, and not the sink that is somewhere else`);
  for await (const { partition, row, value } of everyRow(rows, {
    partition: { from: "", to: "~" },
    prefix: "",
  })) {
    if (row.startsWith("alert-")) kept.add(value.id as string);
    if (row.startsWith("outbox-")) sim.violated("I8 alerts", `${partition}/${row} was never delivered`);
    if (JSON.stringify(value).includes(canary))
      sim.violated("I14 secrets", `${partition}/${row} has a secret`);
  }
  for (const { id, type } of told)
    if (!kept.has(id))
      sim.violated("I8 alerts", `${type} ${id} was told, and neither table nor archive has it`);
  for (const each of [...told, ...toldFar])
    if (JSON.stringify(each).includes(canary)) sim.violated("I14 secrets", `${each.type} has a secret`);
}

/** Whatever waits for a person has been told to one; what a breaker holds, by the breaker. */
function checkRecordsTold({ sim, told }: Running, records: readonly ConnectionRecord[]): void {
  for (const { id, phase, restrained } of records) {
    if ((phase !== "Held" && phase !== "Failed") || restrained !== undefined) continue;
    const type = `Drawbridge.Connection${phase}`;
    if (!told.some((each) => each.type === type && each.subject === id.text))
      sim.violated("I8 alerts", `${id.connectionName} is ${phase}, and nobody was told`);
  }
}

/** What the queue gave up without there being a record of it is told by the app itself. */
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

/** The alerts that an entry calls for, by their ids: what, which, and which version of it. */
function alertsOf(entry: Entry): string[] {
  const idOf = (type: AlertType, subject: string) =>
    alert(type, subject, { version: entry.id, time: entry.at, data: {} }).id;
  if (entry.kind === "archival") return [];
  if (entry.kind === "adoption") return [idOf("Drawbridge.ServiceAdopted", entry.service)];
  const about = (type: AlertType) => [idOf(type, entry.connection)];
  if (entry.kind === "outcome") {
    if (entry.slow === true) return about("Drawbridge.ConnectionSlow");
    const type = entry.phase === "Applied" ? appliedAs[entry.state ?? ""] : ended[entry.phase];
    return type === undefined ? [] : about(type);
  }
  if (entry.action !== "none") return [];
  if (entry.facts.known["connection.state"] !== "Pending")
    return entry.verdict.kind === "approve" ? [] : about("Drawbridge.ConnectionBypass");
  // What a breaker holds is told by the breaker, once for all.
  const restrained = entry.verdict.reasons[0]?.includes("approvals were made within an hour") === true;
  return restrained ? [] : about("Drawbridge.ConnectionHeld");
}

/** A breaker opens and closes in turn: one alert each. */
function checkBreakers({ sim, told }: Running): void {
  for (const breaker of ["breaker/requests", "breaker/approvals"]) {
    const once = [
      ...new Map(told.filter(({ subject }) => subject === breaker).map((each) => [each.id, each])).values(),
    ].toSorted((a, b) => (a.time < b.time ? -1 : 1));
    once.forEach(({ type }, index) => {
      const due = index % 2 === 0 ? "Drawbridge.BreakerOpened" : "Drawbridge.BreakerClosed";
      if (type !== due) sim.violated("I12 quota", `${breaker}: ${type} where ${due} was due`);
    });
  }
}
