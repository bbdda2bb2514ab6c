import { landingZones, generatedEstate, type EstateSize } from "../../../simulator/estate/generate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** A workbench on a generated estate; the policy's landing zones and the scope fit it. */
export async function startEstate(size: Partial<EstateSize>): Promise<Workbench> {
  const world = generatedEstate({
    services: 10,
    subscriptions: 1,
    pending: 0,
    approved: 0,
    seed: 7,
    ...size,
  });
  const hosts = [...world.subscriptions.keys()].filter((id) => !landingZones.includes(id));
  const made = await startWorkbench(world);
  return made.under({ landingZones, scope: { subscriptions: hosts } });
}

/** Number of requests to the simulated Azure, by kind, from the `since`-th on. */
export function requestsOf({ simulator }: Workbench, since = 0) {
  const counted: Record<string, number> = {};
  for (const { method, path, status } of simulator.seen.slice(since)) {
    const segments = path.split("/");
    const kind = segments.length % 2 === 1 ? segments.at(-2) : segments.at(-1);
    const key = `${method} ${kind}`;
    counted[key] = (counted[key] ?? 0) + 1;
    if (status === 429) counted.refused = (counted.refused ?? 0) + 1;
  }
  return counted;
}

/** Each connection's name and state on Azure. */
export function statesOf(workbench: Workbench): readonly string[] {
  return servicesOf(workbench)
    .flatMap(({ connections }) => [...connections.values()])
    .map(({ name, status }) => `${name.split(".")[0]} ${status}`)
    .toSorted();
}

export function servicesOf({ simulator }: Workbench) {
  return [...simulator.world.services.values()];
}

/** Each recorded connection's id and phase. */
export async function phasesOf({ services }: Workbench): Promise<readonly string[]> {
  const { items } = await services.ledger.connections({}, { top: 1000 });
  return items.map(({ id, phase }) => `${id.text} ${phase}`).toSorted();
}
