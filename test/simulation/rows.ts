import type { Row, Rows, Write } from "../../src/lib/state/rows.ts";
import type { Running } from "./run.ts";
import { canary, type Simulation } from "./simulation.ts";

/** Thrown where the simulated storage failed or its answer was lost; the app cannot tell which. */
class StorageFailed extends Error {
  override readonly name = "StorageFailed";
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
        repeatHasEffect: writes.every(({ kind }) => kind === "put"),
      }),
    remove: (key, etag) =>
      sim.reach("table remove", `${key.partition}/${key.row}`, {
        apply: () => rows.remove(key, etag),
        fail,
        repeatHasEffect: false,
      }),
  };
}
