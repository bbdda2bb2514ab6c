import type { Rows } from "../../src/lib/state/rows.ts";

export interface TableOperations {
  reads: number;
  pages: number;
  writes: number;
}

/** Wraps rows so that operations on the table are counted. `take` returns the counts and resets them. */
export function countingRows(rows: Rows): { readonly rows: Rows; readonly take: () => TableOperations } {
  let counts: TableOperations = { reads: 0, pages: 0, writes: 0 };
  return {
    rows: {
      read: (key) => {
        counts.reads++;
        return rows.read(key);
      },
      list: (query) => {
        counts.pages++;
        return rows.list(query);
      },
      commit: (partition, writes) => {
        counts.writes++;
        return rows.commit(partition, writes);
      },
      remove: (key, etag) => {
        counts.writes++;
        return rows.remove(key, etag);
      },
    },
    take: () => {
      const taken = counts;
      counts = { reads: 0, pages: 0, writes: 0 };
      return taken;
    },
  };
}
