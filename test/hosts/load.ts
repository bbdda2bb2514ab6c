import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type App } from "../../local/app.ts";
import { startAzurite } from "../../local/azurite.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { subscribeApp } from "../../local/stack.ts";
import { makeService, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { seeded } from "../../simulator/random.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";
import type { Service } from "../../simulator/estate/world.ts";
import { checkTables, type TableReport } from "./invariants.ts";
import { startLoadBalancer } from "./load-balancer.ts";

export interface Load {
  readonly hosts: number;
  readonly requests: number;
  /** The number of services that the requests are for. Azure allows each a hundred connections. */
  readonly services: number;
  /** How many times a host is killed with SIGKILL at a random time, and another one started. */
  readonly kills: number;
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

/** Runs real hosts on one Azurite and one simulated Azure until every request is settled or the time is up. */
export async function runLoad(load: Load): Promise<Measured> {
  const random = seeded(load.seed);
  const world = smallEstate();
  const services = Array.from({ length: load.services }, (_, index) =>
    makeService(`apim-${index}`, subscriptions.platform),
  );
  for (const service of services) world.services.set(service.id.toLowerCase(), service);
  const [azurite, simulator] = await Promise.all([startAzurite(), startSimulator(world, { speed })]);
  const settings = {
    DrawbridgeState: azurite.connectionString,
    DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
    DRAWBRIDGE_MODE: "enforce",
    DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscriptions.platform,
    DRAWBRIDGE_POLICY_PARAMETERS: JSON.stringify({ landingZones: [subscriptions.landingZone] }),
    DRAWBRIDGE_SWEEP_SCHEDULE: "*/10 * * * * *",
    DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *",
  };
  const apps: App[] = [];
  const boot = async (index: number) => {
    apps[index] = await startApp({ settings, port: 0, ...keys });
  };
  const balancer = await startLoadBalancer(() => apps.map(({ url }) => url));
  try {
    await Promise.all(Array.from({ length: load.hosts }, (_, index) => boot(index)));
    await subscribeApp(simulator, balancer.url);
    // A second subscription delivers each event again.
    await subscribeApp(simulator, balancer.url);
    const startedAt = performance.now();
    const ids = await ask(simulator, services, load, random);
    const killsAt = Array.from({ length: load.kills }, () => random() * load.requests * 1_500).toSorted(
      (a, b) => a - b,
    );
    let pending = ids.length;
    while (pending > 0 && performance.now() - startedAt < load.timeoutMs) {
      if ((killsAt[0] ?? Infinity) < performance.now() - startedAt) {
        killsAt.shift();
        const index = Math.floor(random() * load.hosts);
        load.progress(`host ${index} was killed`);
        await apps[index]?.end("SIGKILL");
        await boot(index);
      }
      await sleep(500);
      pending = ids.filter((id) => stateOf(simulator, id) === "Pending").length;
      load.progress(`${ids.length - pending} of ${ids.length} are settled`);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const report = await checkTables({ connectionString: azurite.connectionString, ids, timeoutMs: 150_000 });
    return { ...report, seconds, puts: putsOf(simulator), decisions: report.decided };
  } finally {
    await Promise.all(apps.map((app) => app.end("SIGKILL")));
    await balancer.stop();
    await simulator.stop();
    await azurite.end();
  }
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

function stateOf({ world }: Simulator, id: string): string | undefined {
  const [service = "", name = ""] = id.split(/\/privateEndpointConnections\//i);
  return world.services.get(service.toLowerCase())?.connections.get(name)?.status;
}

function putsOf({ seen }: Simulator): number {
  return seen.filter(
    ({ method, path }) => method === "PUT" && path.toLowerCase().includes("/privateendpointconnections/"),
  ).length;
}
