import type { Rows } from "../../src/lib/state/rows.ts";
import { canary, type Simulation } from "./simulation.ts";

/** Thrown where the simulated storage failed or its answer was lost; the app cannot tell which. */
class StorageFailed extends Error {
  override readonly name = "StorageFailed";
}

interface Leased {
  readonly lease?: { readonly owner: string; readonly until: string };
}

/** The table; checks that no lease is taken while another attempt holds it (I5). */
export function watchLeases(sim: Simulation, rows: Rows): Rows {
  return {
    ...rows,
    commit: async (partition, writes) => {
      const records = writes.filter(({ row }) => row.startsWith("connection-"));
      const before = await Promise.all(records.map(({ row }) => rows.read({ partition, row })));
      const etags = await rows.commit(partition, writes);
      records.forEach(({ row, value }, index) => {
        const [held, taken] = [leaseOf(before[index]?.value), leaseOf(value)];
        const isOver = held === undefined || Date.parse(held.until) <= sim.time.now();
        if (!isOver && taken !== undefined && taken.owner !== held.owner)
          sim.violated("I5 fencing", `${row.slice(0, 20)} is taken from ${held.owner} by ${taken.owner}`);
      });
      return etags;
    },
  };
}

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
