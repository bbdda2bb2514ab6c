import { everyRow } from "../../src/lib/state/rows.ts";
import type { Running } from "./run.ts";
import { canary, type Simulation } from "./simulation.ts";

/** I14: no line of the log has a secret. */
export function checkLogLine(sim: Simulation, line: string): void {
  if (line.includes(canary)) sim.violated("I14 secrets", `the log has ${line.slice(0, 200)}`);
}

/** I14: no row and no alert has a secret. */
export async function checkSecrets({ sim, rows, loggedAlerts, webhookAlerts }: Running): Promise<void> {
  for await (const { partition, row, value } of everyRow(rows, {
    partition: { from: "", to: "~" },
    prefix: "",
  }))
    if (JSON.stringify(value).includes(canary))
      sim.violated("I14 secrets", `${partition}/${row} contains a secret`);
  for (const each of [...loggedAlerts, ...webhookAlerts])
    if (JSON.stringify(each).includes(canary)) sim.violated("I14 secrets", `${each.type} contains a secret`);
}
