import { conforms } from "../../src/lib/azure/allowed-requests.ts";
import type { Simulation } from "./simulation.ts";

/** I13: every address that the app calls is in the grammar of allowed addresses. */
export function checkAddress(sim: Simulation, method: string, url: string): void {
  if (!conforms(method, new URL(url))) sim.violated("I13 confinement", `${method} ${new URL(url).pathname}`);
}
