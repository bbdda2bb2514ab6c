import { onLedger, forgetting, type PlantedBug } from "./planting.ts";
import { governed } from "./profiles.ts";
import { usual } from "./run.ts";

/** Mistakes in what a person decides. */
const often = { ...usual, decisions: 30 };

export const plantedInDeciding: readonly PlantedBug[] = [
  {
    name: "a person approves what the policy rejects",
    invariant: "I18 a person decides",
    options: {
      ...often,
      plant: (services) => ({
        ...services,
        // As if no rule rejected: what it holds instead is then a person's to decide.
        policy: async () => {
          const policy = await services.policy();
          if (policy.kind === "invalid") return policy;
          const { groups } = policy.compiled;
          const compiled = { ...policy.compiled, groups: { ...groups, reject: groups.alert } };
          return { ...policy, compiled };
        },
      }),
    },
  },
  {
    name: "a person decides on what is not held",
    invariant: "I18 a person decides",
    options: {
      ...often,
      plant: onLedger((ledger) => ({
        find: async (id) => {
          const found = await ledger.find(id);
          const isPending = found?.state === "Pending" && found.write === undefined;
          return isPending && found.phase === "Decided" ? { ...found, phase: "Held" } : found;
        },
      })),
    },
  },
  {
    name: "a person's decision is forgotten once it is recorded",
    invariant: "I18 a person decides",
    options: { ...often, plant: forgetting("person") },
  },
  {
    name: "the term of an approval is forgotten",
    invariant: "I22 terms",
    options: { ...governed, plant: forgetting("term", "nextAt") },
  },
];
