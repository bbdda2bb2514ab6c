import { expect, it } from "vitest";
import { phases } from "../../../src/lib/connections/record/connection-record.ts";
import { arrows } from "./phase-table.ts";
import { watched } from "./stored-phases.ts";
import { onLedger } from "../../simulation/planted-bug.ts";
import { profileOf } from "../../simulation/profiles.ts";
import { run } from "../../simulation/run.ts";

it(
  "the table of phases in docs/architecture.md has every change of phase that 12 seeds of the simulation store",
  { timeout: 180_000 },
  async () => {
    const stored = new Set<string>();
    for (let seed = 1; seed <= 12; seed++)
      await run(seed, { ...profileOf(seed), plant: onLedger((ledger) => watched(ledger, stored)) });
    const allowed = new Set([
      ...arrows.map(({ from, to }) => `${from} → ${to}`),
      ...phases.map((phase) => `${phase} → ${phase}`),
    ]);
    expect([...stored].filter((change) => !allowed.has(change)).toSorted()).toEqual([]);
    expect(stored).toContain("Decided → Applying");
    expect(stored.size).toBeGreaterThan(15);
  },
);
