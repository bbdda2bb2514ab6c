import type { Rows } from "../../src/lib/state/rows.ts";
import type { Simulation } from "./simulation.ts";

/** Thrown where the simulated storage failed, or its answer was lost; the app may not know which. */
export class StorageFailed extends Error {
  override readonly name = "StorageFailed";
}

/** The table behind a network: every operation may fail, before or after it had its effect. */
export function distantRows(sim: Simulation, rows: Rows): Rows {
  const fail = (fault: string) => {
    throw new StorageFailed(fault);
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
