import { beforeEach } from "vitest";
import { alert } from "../alerts/alert.ts";
import { parseConnectionId, type ConnectionId } from "../azure/resource-id.ts";
import type { Ledger } from "../connections/ledger.ts";
import type { ConnectionRecord, Decision, Outcome } from "../connections/record/connection-record.ts";
import { rowsLedger } from "./ledger.ts";
import type { Rows } from "./rows.ts";

/** A ledger on an implementation of Rows, with helpers of its contract suites. Each test has a new one. */
export interface LedgerFixture {
  rows: Rows;
  ledger: Ledger;
  now: Date;
  readonly seen: (id: ConnectionId) => Promise<ConnectionRecord>;
  readonly append: (record: ConnectionRecord, reason: string) => Promise<ConnectionRecord>;
}

export function ledgerFixture(make: () => Promise<Rows>): LedgerFixture {
  const fixture = {
    now: new Date(0),
    seen: (id) =>
      fixture.ledger.add({ id, phase: "Seen", firstSeenAt: fixture.now.toISOString(), attempts: 0 }),
    append: (record, reason) =>
      fixture.ledger.append(record, outcome(record.id, reason), (entry) => ({
        record: { ...record, phase: "Held", decisionId: entry.id },
        alerts: [
          alert("Drawbridge.ConnectionHeld", entry.connection, {
            version: entry.id,
            time: entry.at,
            data: { reason },
          }),
        ],
      })),
  } as LedgerFixture;
  beforeEach(async () => {
    fixture.now = new Date("2026-11-24T08:00:00Z");
    fixture.rows = await make();
    fixture.ledger = rowsLedger(fixture.rows, () => ["log"], { now: () => fixture.now });
  });
  return fixture;
}

export function outcome(id: ConnectionId, reason: string): Outcome {
  return { kind: "outcome", connection: id.text, phase: "Held", reason };
}

export function approval({ text }: ConnectionId): Decision {
  return {
    kind: "decision",
    connection: text,
    cause: "event",
    actor: "test",
    mode: "enforce",
    policy: { name: "p", hash: "h" },
    verdict: { kind: "approve", reasons: [], unknown: [], alerts: [] },
    action: "approve",
    fingerprint: "f",
    facts: { known: {}, unknown: {} },
    trace: [],
  };
}

export function connectionId(service: string, name: string): ConnectionId {
  const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
  const text = `${group}/providers/Microsoft.ApiManagement/service/${service}/privateEndpointConnections/${name}`;
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`${text} is not the id of a connection`);
  return id;
}
