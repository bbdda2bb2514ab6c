import { alert } from "../alerts/alert.ts";
import { archiveOld, type Archive } from "../archive/archive.ts";
import type { Clock } from "../clock.ts";
import type { ConnectionId } from "../azure/resource-id.ts";
import type { Ledger } from "../connections/ledger.ts";
import { jsonLog } from "../log.ts";
import { rowsLedger } from "./ledger.ts";
import { connectionId, outcome } from "./ledger-fixture.contract.ts";
import { rowsOldRecords } from "./records-to-archive.ts";
import type { Rows } from "./rows.ts";

/** Records on rows, an archive in memory, and nights in which the old ones are moved. */
export interface ArchiveFixture {
  now: string;
  readonly clock: Clock;
  readonly rows: Rows;
  readonly ledger: Ledger;
  readonly blobs: ReadonlyMap<string, string>;
  readonly logged: readonly string[];
  readonly archive: Archive;
  /** Moves what is older than a hundred days. */
  night(more?: Partial<Archive>, on?: Rows): Promise<number>;
  /** Records an outcome of a service's connection on each of these days, with an alert. */
  recordOn(service: string, ...days: readonly string[]): Promise<void>;
  /** The lines of each blob whose name begins with this, in the order of the names. */
  linesIn(prefix: string): string[][];
  /** All of them, parsed. */
  inBlobs<T>(prefix: string): T[];
}

export function archiveFixture(rows: Rows): ArchiveFixture {
  const blobs = new Map<string, string>();
  const logged: string[] = [];
  const clock = { now: () => new Date(fixture.now) };
  const archive: Archive = {
    put: (name, text) => {
      blobs.set(name, text);
      return Promise.resolve();
    },
  };
  const log = jsonLog((line) => logged.push(line), clock);
  const ledger = rowsLedger(rows, () => ["log"], clock);
  const linesIn = (prefix: string) =>
    [...blobs]
      .filter(([each]) => each.startsWith(prefix))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => text.trimEnd().split("\n"));
  const fixture: ArchiveFixture = {
    now: "2026-01-01T08:00:00.000Z",
    clock,
    rows,
    ledger,
    blobs,
    logged,
    archive,
    night: (more = {}, on = rows) =>
      archiveOld({
        old: rowsOldRecords(on, clock),
        archive: { ...archive, ...more },
        keepDays: 100,
        clock,
        log,
      }),
    recordOn: async (service, ...days) => {
      const id = idIn(service);
      for (const day of days) {
        fixture.now = `${day}T08:00:00.000Z`;
        const found = await ledger.find(id);
        const seen = { id, phase: "Seen", firstSeenAt: fixture.now, attempts: 0 } as const;
        const record = found ?? (await ledger.add(seen));
        await ledger.append(record, outcome(id, day), (entry) => ({
          record: { ...record, phase: "Held", decisionId: entry.id },
          alerts: [
            alert("Drawbridge.ConnectionHeld", id.text, {
              version: entry.id,
              time: entry.at,
              data: { reason: day },
            }),
          ],
        }));
      }
    },
    linesIn,
    inBlobs: <T>(prefix: string) =>
      linesIn(prefix)
        .flat()
        .map((line) => JSON.parse(line) as T),
  };
  return fixture;
}

/** The only connection of a service. */
export function idIn(service: string): ConnectionId {
  return connectionId(service, "pe");
}
