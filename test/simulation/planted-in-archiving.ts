import type { Batch, OldRecords } from "../../src/lib/archive/archive.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { allServices, entryPrefix } from "../../src/lib/state/keys.ts";
import { everyRow, type Rows } from "../../src/lib/state/rows.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Mistakes in archiving. */
export const plantedInArchiving: readonly PlantedBug[] = [
  {
    name: "records are removed before they are in the archive",
    invariant: "I9 audit",
    seed: 37,
    options: {
      // Often enough to meet a failure of the archive.
      archive: { everyMs: 9 * minuteMs, ageMs: 30 * minuteMs },
      plant: (services) => ({
        ...services,
        archive: { ...services.archive, old: forgottenFirst(services.archive.old) },
      }),
    },
  },
  {
    name: "records are removed without an entry in the chain",
    invariant: "I9 audit",
    options: {
      plant: (services, { distant }) => ({
        ...services,
        archive: { ...services.archive, old: silently(services.archive.old, distant) },
      }),
    },
  },
];

function forgottenFirst(old: OldRecords): OldRecords {
  return {
    batches: async function* (age, isOver) {
      for await (const batch of old.batches(age, isOver)) {
        await batch.remove();
        yield batch;
      }
    },
  };
}

function silently(old: OldRecords, rows: Rows): OldRecords {
  const remove = async ({ lines }: Batch) => {
    for await (const row of everyRow(rows, { partition: allServices, prefix: entryPrefix }))
      if (lines.some((line) => (JSON.parse(line) as { id: string }).id === row.value.id))
        await rows.remove(row, row.etag);
  };
  return {
    batches: async function* (age, isOver) {
      for await (const batch of old.batches(age, isOver)) yield { ...batch, remove: () => remove(batch) };
    },
  };
}
