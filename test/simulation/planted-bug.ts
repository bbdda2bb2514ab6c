import type { Azure, Connection } from "../../src/lib/connections/azure-connections.ts";
import { unknownRead } from "../../src/lib/estate/read.ts";
import { announcements } from "../../src/lib/alerts/announce.ts";
import { simulatedRoutes } from "./app.ts";
import { RowConflict, type Rows, type Write } from "../../src/lib/state/rows.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { rowsDigests } from "../../src/lib/state/digests.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import type { Services } from "../../src/services.ts";
import type { Options, Running } from "./run.ts";
import type { Ledger } from "../../src/lib/connections/ledger.ts";
import type { ConnectionRecord } from "../../src/lib/connections/record/connection-record.ts";

/** A plausible mistake, and the invariant that must notice it. */
export interface PlantedBug {
  readonly name: string;
  readonly invariant: string;
  /** A seed that shows it sooner than the first ones do, and is tried before them. */
  readonly seed?: number;
  readonly options: Partial<Options>;
}

export type Plant = Options["plant"];

/** Services on a changed table, as if the code of the store were wrong. */
export const onRows =
  (change: (rows: Rows, running: Running) => Rows): Plant =>
  (services, running) => {
    const rows = change(running.distant, running);
    const { clock, delivery, log } = services;
    const outbox = rowsOutbox(rows);
    const appState = rowsAppState(rows, simulatedRoutes);
    return {
      ...services,
      appState,
      ledger: rowsLedger(rows, simulatedRoutes, clock),
      digests: rowsDigests(rows),
      delivery: { ...delivery, appState, outbox },
      alerts: announcements(outbox, delivery.sinks, log, clock),
    };
  };

export const onAzure =
  (change: (azure: Azure, services: Services, running: Running) => Partial<Azure>): Plant =>
  (services, running) => ({
    ...services,
    azure: { ...services.azure, ...change(services.azure, services, running) },
  });

export const onLedger =
  (change: (ledger: Ledger, services: Services) => Partial<Ledger>): Plant =>
  (services) => ({ ...services, ledger: { ...services.ledger, ...change(services.ledger, services) } });

/** Services that find records without these properties. */
export const forgetting = (...names: readonly (keyof ConnectionRecord)[]): Plant =>
  onLedger((ledger) => ({
    find: async (id) => {
      const found = await ledger.find(id);
      if (found === undefined) return found;
      return Object.fromEntries(
        Object.entries(found).filter(([name]) => !names.some((each) => each === name)),
      ) as unknown as ConnectionRecord;
    },
  }));

/** Replaces rows whatever their version, as the SDK does without an etag. */
export async function withoutEtags(
  rows: Rows,
  partition: string,
  writes: readonly Write[],
  which: RegExp,
): Promise<readonly string[]> {
  for (;;) {
    const now = await Promise.all(writes.map(({ row }) => rows.read({ partition, row })));
    const forced = writes.map((write, index): Write => {
      const found = now[index];
      if (!which.test(write.row) || found === undefined) return write;
      return { kind: "replace", row: write.row, value: write.value, etag: found.etag };
    });
    try {
      return await rows.commit(partition, forced);
    } catch (error) {
      if (!(error instanceof RowConflict) || !writes.every(({ row }) => which.test(row))) throw error;
    }
  }
}

export const asPending = (
  connection: Pick<Connection, "id"> & Partial<Connection>,
): { kind: "known"; value: Connection } => ({
  kind: "known",
  value: {
    armId: connection.id.text,
    provisioningState: unknownRead("not-in-answer"),
    groupIds: unknownRead("not-in-answer"),
    ...connection,
    state: "Pending",
  },
});
