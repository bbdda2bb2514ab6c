import { alert, type Alert } from "../../alerts/alert.ts";
import { connectionsMax } from "../../azure-values.ts";
import type { SweepServices } from "./sweeping.ts";

/** Of Azure's limit of connections a service: whoever comes after that finds no place. */
const warnFrom = 80;
/** Told anew only where it was fewer than this in between. */
export const nearFrom = 70;
/** So many alerts, a row a sink each, are one transaction. */
const atOnce = 15;

interface Told {
  readonly services: readonly string[];
}

/**
 * Once for each service that comes near to Azure's limit, a person is told. `near` has how many connections each has, of
 * those that the inventory showed with as many as `nearFrom`; `whole` is whether it showed all of them.
 */
export async function warnOfCapacity(
  services: Pick<SweepServices, "appState" | "clock">,
  near: ReadonlyMap<string, number>,
  whole: boolean,
): Promise<void> {
  while ((await warnOfSome(services, near, whole)) > 0);
}

/** How many are left to be told of. */
async function warnOfSome(
  { appState, clock }: Pick<SweepServices, "appState" | "clock">,
  near: ReadonlyMap<string, number>,
  whole: boolean,
): Promise<number> {
  const now = clock.now().toISOString();
  let left = 0;
  await appState.update<Told>("capacity", (found) => {
    const told = found?.services ?? [];
    const kept = told.filter((service) => !whole || near.has(service));
    const low = [...near].filter(([service, count]) => count >= warnFrom && !told.includes(service));
    const next = low.slice(0, atOnce);
    left = low.length - next.length;
    if (next.length === 0 && kept.length === told.length) return undefined;
    return {
      value: { services: [...kept, ...next.map(([service]) => service)] },
      alerts: next.map(([service, connections]) => capacityLow(service, connections, now)),
    };
  });
  return left;
}

function capacityLow(service: string, connections: number, at: string): Alert {
  return alert("Drawbridge.CapacityLow", service, {
    version: at,
    time: at,
    data: {
      connections,
      limit: connectionsMax,
      reason:
        `the service has ${connections} of the ${connectionsMax} private endpoint connections that Azure lets it have; ` +
        "remove those that nobody uses (rejected ones count too), or plan for another service",
    },
  });
}
