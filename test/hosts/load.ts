import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type App } from "../../local/app.ts";
import { startAzurite } from "../../local/azurite.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { subscribeApp } from "../../local/stack.ts";
import { makeService, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { seeded } from "../../simulator/random.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";
import type { Service } from "../../simulator/estate/world.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { planDisturbances, type Disturbed } from "./disturbances.ts";
import { checkTables, type TableReport } from "./invariants.ts";
import { startLoadBalancer } from "./load-balancer.ts";

export interface Load extends Disturbed {
  readonly hosts: number;
  readonly requests: number;
  /** The number of services that the requests are for. Azure allows each a hundred connections. */
  readonly services: number;
  /** The percentage of events that are lost. Each of the others arrives twice. */
  readonly lostPercent: number;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly progress: (step: string) => void;
}

export interface Measured extends TableReport {
  readonly seconds: number;
  readonly puts: number;
  readonly decisions: number;
}

const keys = { masterKey: "m", functionKey: "f" };
/** An approval of three minutes takes a second and a half. */
const speed = 120;

/**
 * How long a write may take whose host was killed after it recorded the write and before it sent it. The app cannot
 * tell that from a write that Azure has not confirmed, so it counts as lost after ten minutes, at a look that may come
 * five minutes later. A sweep that was killed delays the next one by three.
 */
export const lostWriteMs = 20 * minuteMs;

/** Disturbances happen within the time that the requests would take one after the other at one service. */
const msForRequest = 1_500;

/** Runs real hosts on one Azurite and one simulated Azure until every request is settled or the time is up. */
export async function runLoad(load: Load): Promise<Measured> {
  const random = seeded(load.seed);
  const world = smallEstate();
  const services = Array.from({ length: load.services }, (_, index) =>
    makeService(`apim-${index}`, subscriptions.platform),
  );
  for (const service of services) world.services.set(service.id.toLowerCase(), service);
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-hosts-"));
  const [azurite, simulator] = await Promise.all([
    startAzurite(undefined, { folder }),
    startSimulator(world, { speed }),
  ]);
  const { connectionString } = azurite;
  const apps: App[] = [];
  const boot = async (index: number) => {
    apps[index] = await startApp({ settings: settingsOf(connectionString, simulator), port: 0, ...keys });
  };
  const processes = { apps, boot, azurite, folder };
  const balancer = await startLoadBalancer(() => apps.map(({ url }) => url));
  const withinMs = load.requests * msForRequest;
  const disturbances = planDisturbances(processes, load, { random, withinMs, progress: load.progress });
  try {
    await Promise.all(Array.from({ length: load.hosts }, (_, index) => boot(index)));
    await subscribeApp(simulator, balancer.url);
    // A second subscription delivers each event again.
    await subscribeApp(simulator, balancer.url);
    const startedAt = performance.now();
    const elapsedMs = () => performance.now() - startedAt;
    const ids = await ask(simulator, services, load, random);
    let pending = ids.length;
    while ((pending > 0 || disturbances.left() > 0) && elapsedMs() < load.timeoutMs) {
      await disturbances.happen(elapsedMs());
      await sleep(500);
      pending = ids.filter((id) => connectionAt(simulator, id)?.status === "Pending").length;
      load.progress(
        `${ids.length - pending} of ${ids.length} are settled, ${disturbances.left()} disturbances left`,
      );
    }
    const seconds = elapsedMs() / 1_000;
    const descriptions = ids.map((id) => connectionAt(simulator, id)?.description ?? "");
    const report = await checkTables({ connectionString, ids, descriptions, timeoutMs: 150_000 });
    return { ...report, seconds, puts: putsOf(simulator), decisions: report.decided };
  } finally {
    await disturbances.end();
    await Promise.all(apps.map((app) => app.end("SIGKILL")));
    await balancer.stop();
    await simulator.stop();
    await processes.azurite.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function settingsOf(connectionString: string, simulator: Simulator): Readonly<Record<string, string>> {
  return {
    DrawbridgeState: connectionString,
    DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
    DRAWBRIDGE_MODE: "enforce",
    DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscriptions.platform,
    DRAWBRIDGE_POLICY_PARAMETERS: JSON.stringify({ landingZones: [subscriptions.landingZone] }),
    DRAWBRIDGE_SWEEP_SCHEDULE: "*/10 * * * * *",
    DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *",
  };
}

async function ask(
  simulator: Simulator,
  services: readonly Service[],
  load: Load,
  random: () => number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < load.requests; index++) {
    if (random() * 100 < load.lostPercent) simulator.events.lose(1);
    const serviceId = services[index % services.length]?.id ?? "";
    const subscriptionId = subscriptions.landingZone;
    ids.push(
      await makeEndpoint(simulator, { token: "requester", subscriptionId, serviceId, name: `pe-${index}` }),
    );
  }
  return ids;
}

function connectionAt({ world }: Simulator, id: string) {
  const [service = "", name = ""] = id.split(/\/privateEndpointConnections\//i);
  return world.services.get(service.toLowerCase())?.connections.get(name);
}

function putsOf({ seen }: Simulator): number {
  return seen.filter(
    ({ method, path }) => method === "PUT" && path.toLowerCase().includes("/privateendpointconnections/"),
  ).length;
}
