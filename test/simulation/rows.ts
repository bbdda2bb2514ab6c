import { connectionPrefix } from "../../src/lib/state/keys.ts";
import type { Row, Rows, Write } from "../../src/lib/state/rows.ts";
import type { Running } from "./run.ts";
import { canary, type Simulation } from "./simulation.ts";

/** Thrown where the simulated storage failed or its answer was lost; the app cannot tell which. */
class StorageFailed extends Error {
  override readonly name = "StorageFailed";
}

interface Leased {
  readonly lease?: { readonly owner: string; readonly until: string };
}

/** Checks a write that was made, by the row that was there before. */
export type RowCheck = (running: Running, write: Write, before: Row | undefined) => void;

/** The table; every write of the app is handed to each check. */
export function watchedRows(running: () => Running, rows: Rows, checks: readonly RowCheck[]): Rows {
  return {
    ...rows,
    commit: async (partition, writes) => {
      const before = await Promise.all(writes.map(({ row }) => rows.read({ partition, row })));
      const etags = await rows.commit(partition, writes);
      writes.forEach((write, index) => {
        for (const check of checks) check(running(), write, before[index]);
      });
      return etags;
    },
  };
}

/** I5: no lease is taken while another attempt holds it. */
export const checkLeases: RowCheck = ({ sim }, { row, value }, before) => {
  if (!row.startsWith(connectionPrefix)) return;
  const [held, taken] = [leaseOf(before?.value), leaseOf(value)];
  const isOver = held === undefined || Date.parse(held.until) <= sim.time.now();
  if (!isOver && taken !== undefined && taken.owner !== held.owner)
    sim.violated("I5 fencing", `${row.slice(0, 20)} is taken from ${held.owner} by ${taken.owner}`);
};

function leaseOf(value: unknown): Leased["lease"] {
  return (value as Leased | undefined)?.lease;
}

/** The table behind a network: every operation may fail before or after its effect. */
export function distantRows(sim: Simulation, rows: Rows): Rows {
  const fail = (fault: string) => {
    throw new StorageFailed(`${fault} ${canary}`);
  };
  return {
    read: (key) =>
      sim.reach("table read", `${key.partition}/${key.row}`, { apply: () => rows.read(key), fail }),
    list: (query) =>
      sim.reach("table list", `${JSON.stringify(query.partition)}/${query.prefix}`, {
        apply: () => rows.list(query),
        fail,
      }),
    commit: (partition, writes) =>
      sim.reach("table commit", `${partition}/${writes.map(({ row }) => row).join("+")}`, {
        apply: () => rows.commit(partition, writes),
        fail,
      }),
    remove: (key, etag) =>
      sim.reach("table remove", `${key.partition}/${key.row}`, {
        apply: () => rows.remove(key, etag),
        fail,
      }),
  };
}
