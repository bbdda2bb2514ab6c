import { forgetting, onLedger, type PlantedBug } from "./planted-bug.ts";
import { profiles } from "./profiles.ts";

const busy = { ...profiles.crowded, untidy: 0.3 };

/** Mistakes in what the app waits for, and how long. */
export const plantedInWaiting: readonly PlantedBug[] = [
  {
    name: "each event retries a PUT that Azure was too busy for",
    invariant: "I21 retry delay",
    seed: 45,
    options: { ...busy, plant: forgetting("nextAt") },
  },
  {
    name: "a busy answer counts as an attempt",
    invariant: "I21 retry delay",
    seed: 4,
    options: {
      ...busy,
      plant: onLedger((ledger) => ({
        saveWithWriteLock: (record, until) => {
          const isBusy = record.difficulty?.startsWith("Azure was busy") === true;
          const attempts = record.attempts + (isBusy ? 1 : 0);
          return ledger.saveWithWriteLock({ ...record, attempts }, until);
        },
      })),
    },
  },
];
