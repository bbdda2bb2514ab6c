import type { Batch, OldRecords } from "../../src/lib/archive/archive.ts";
import { allServices, entryPrefix } from "../../src/lib/state/keys.ts";
import { everyRow, type Rows } from "../../src/lib/state/rows.ts";
import type { PlantedBug } from "./planting.ts";

const minute = 60_000;

/** Mistakes in how what is old is moved to the archive. */
export const plantedInArchiving: readonly PlantedBug[] = [
  {
    name: "what is old is removed before it is in the archive",
    invariant: "I9 audit",
    options: {
      // Often enough that the archive fails meanwhile.
      archive: { everyMs: 9 * minute, ageMs: 30 * minute },
      plant: (services) => ({
        ...services,
        archive: { ...services.archive, old: forgottenFirst(services.archive.old) },
      }),
    },
  },
  {
    name: "what is old is removed, and the chain does not say so",
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
    batches: async function* (age) {
      for await (const batch of old.batches(age)) {
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
    batches: async function* (age) {
      for await (const batch of old.batches(age)) yield { ...batch, remove: () => remove(batch) };
    },
  };
}
