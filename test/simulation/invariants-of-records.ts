import { parseConnectionId } from "../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { actionOf } from "../../src/lib/connections/decide.ts";
import type { ConnectionRecord, Entry } from "../../src/lib/connections/record/connection-record.ts";
import type { ReviewResult } from "../../src/lib/connections/review/ports.ts";
import { preview } from "../../src/lib/connections/review/preview.ts";
import { endpointOf } from "../../src/lib/connections/review/same-connection.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import type { Running } from "./run.ts";

const resting: Readonly<Record<string, readonly ConnectionRecord["phase"][]>> = {
  Pending: ["Held", "Failed"],
  Approved: ["Applied", "Adopted", "Overridden"],
  Rejected: ["Applied", "Adopted", "Overridden", "Revoked"],
};

/** I6: every connection has a record that says what it is. */
export function checkLost(running: Running, records: readonly ConnectionRecord[]): void {
  for (const each of lostConnections(running, records)) running.sim.violated("I6 nothing lost", each);
}

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

/**
 * I19: a connection is identified by its endpoint: a decision about one says nothing about another that reuses its
 * name.
 */
export function checkIdentity(
  { sim, world, loggedAlerts }: Running,
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
    const heard = loggedAlerts.some(
      ({ type, subject }) => type === "Drawbridge.ConnectionBypass" && subject === id.text,
    );
    if (phase === "Adopted" && !approved && !heard) violated("is Approved, and no alert reported the bypass");
  }
}

/** I6: a held connection must still be held under what is true now, and not because of an earlier unreadable fact. */
export async function checkDecided(running: Running, records: readonly ConnectionRecord[]): Promise<void> {
  const { sim, platform, rows } = running;
  const said: ReviewResult[] = [];
  for (const { id, phase, state, restrained } of records)
    if (phase === "Held" && state === "Pending" && restrained === undefined)
      void platform.invoke("preview", async ({ services }) => said.push(await preview(services, id)));
  await sim.time.runUntil(sim.time.now() + minuteMs);
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
