import { appRows } from "../../app-state.ts";
import { alert, type Alert } from "../../alerts/alert.ts";
import { capacityReason } from "../../alerts/reasons-of-connections.ts";
import { connectionsMax } from "../../azure-values.ts";
import type { SweepServices } from "./sweep-pass.ts";

/** Connections from which an alert warns of Azure's limit per service, beyond which a new request fails. */
const warnFrom = 80;
/** A service is warned about again only after it had fewer connections than this. */
export const trackedFrom = 70;
/** Maximum alerts in one transaction, which has a row per alert and sink. */
const alertsMax = 15;

interface WarnedServices {
  readonly services: readonly string[];
}

/**
 * Raises one alert for each service that approaches Azure's limit. `nearLimit` has the number of connections of every
 * service that the inventory showed with at least `trackedFrom`; `isComplete` is whether the inventory showed every
 * service.
 */
export async function warnOfCapacity(
  services: Pick<SweepServices, "appState" | "clock">,
  nearLimit: ReadonlyMap<string, number>,
  isComplete: boolean,
): Promise<void> {
  while ((await warnOfSome(services, nearLimit, isComplete)) > 0);
}

/** Warns of as many services as one transaction holds. Returns of how many. */
async function warnOfSome(
  { appState, clock }: Pick<SweepServices, "appState" | "clock">,
  nearLimit: ReadonlyMap<string, number>,
  isComplete: boolean,
): Promise<number> {
  const now = clock.now().toISOString();
  let count = 0;
  await appState.update<WarnedServices>(appRows.capacity, (found) => {
    const warned = found?.services ?? [];
    const kept = warned.filter((service) => !isComplete || nearLimit.has(service));
    const low = [...nearLimit].filter(
      ([service, connections]) => connections >= warnFrom && !warned.includes(service),
    );
    const next = low.slice(0, alertsMax);
    count = next.length;
    if (next.length === 0 && kept.length === warned.length) return undefined;
    return {
      value: { services: [...kept, ...next.map(([service]) => service)] },
      alerts: next.map(([service, connections]) => capacityLow(service, connections, now)),
    };
  });
  return count;
}

function capacityLow(service: string, connections: number, at: string): Alert {
  return alert("Drawbridge.CapacityLow", service, {
    version: at,
    time: at,
    data: {
      connections,
      limit: connectionsMax,
      reason: capacityReason(connections, connectionsMax),
    },
  });
}
