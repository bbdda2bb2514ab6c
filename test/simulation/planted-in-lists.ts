import type { Rows } from "../../src/lib/state/rows.ts";
import { onLedger, onRows, type PlantedBug } from "./planted-bug.ts";

/** Mistakes in the indexes that the lists read. */
export const plantedInLists: readonly PlantedBug[] = [
  {
    name: "the timeline is written after what it names",
    invariant: "I22 lists",
    seed: 11,
    // What is archived is on no list.
    options: { plant: onRows(afterwards), timers: ["sweepConnections", "checkAddresses"] },
  },
  {
    name: "a settled connection is not listed again",
    invariant: "I22 lists",
    options: {
      plant: onLedger((ledger) => ({ endAttempt: (open, wait) => ledger.endAttempt(open, wait) })),
    },
  },
  {
    name: "adopted connections are not listed",
    invariant: "I22 lists",
    seed: 6,
    options: {
      plant: onRows((rows) => ({
        ...rows,
        commit: (partition, writes) =>
          writes.every(({ kind, row }) => kind === "insert" && row.startsWith("listed-"))
            ? Promise.resolve([])
            : rows.commit(partition, writes),
      })),
    },
  },
];

/** Keeps rows of the timeline back until the commit that follows succeeds. */
function afterwards(rows: Rows): Rows {
  let kept: Parameters<Rows["commit"]>[] = [];
  return {
    ...rows,
    commit: async (partition, writes) => {
      if (partition.startsWith("timeline-")) {
        kept.push([partition, writes]);
        return writes.map(() => "");
      }
      const etags = await rows.commit(partition, writes);
      const due = kept;
      kept = [];
      for (const each of due) await rows.commit(...each);
      return etags;
    },
  };
}
