import type { PlantedBug } from "./planting.ts";
import { profiles } from "./profiles.ts";

/** Mistakes in what is waited for, and for how long. */
export const plantedInWaiting: readonly PlantedBug[] = [
  {
    name: "what Azure is too busy for is tried again on each event",
    invariant: "I21 calm",
    options: {
      ...profiles.crowded,
      untidy: 0.3,
      plant: (services) => ({
        ...services,
        ledger: {
          ...services.ledger,
          find: async (id) => {
            const found = await services.ledger.find(id);
            if (found === undefined) return found;
            const { nextAt: _, ...rest } = found;
            return rest;
          },
        },
      }),
    },
  },
  {
    name: "being too busy counts as an attempt",
    invariant: "I21 calm",
    options: {
      ...profiles.crowded,
      untidy: 0.3,
      plant: (services) => ({
        ...services,
        ledger: {
          ...services.ledger,
          saveWriting: (record, until) => {
            const isBusy = record.difficulty?.startsWith("Azure was busy") === true;
            const attempts = record.attempts + (isBusy ? 1 : 0);
            return services.ledger.saveWriting({ ...record, attempts }, until);
          },
        },
      }),
    },
  },
];
