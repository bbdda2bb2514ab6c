import { smallEstate, subscriptions } from "../simulator/estate/estate.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "../simulator/server.ts";
import { startApp, type App } from "./app.ts";
import { startAzurite, type Azurite } from "./azurite.ts";

/** Everything that the app lives on, on this machine. */
export interface Stage {
  readonly azurite: Azurite;
  readonly simulator: Simulator;
  readonly app: App;
  readonly masterKey: string;
  readonly functionKey: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Calls the app's HTTP API with the function key. */
  call(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** How the simulated Azure is; two minutes there take a second here where nothing else is said. */
  readonly simulator?: SimulatorOptions;
  readonly progress?: (what: string) => void;
  /** Where the built app is; the repository where none is given. */
  readonly folder?: string;
}

/** Minutes are played as seconds, for those who watch. */
export const minutesAsSeconds = 60;
/** An approval of three minutes takes a second and a half, for tests. */
const speedOfTests = 120;

/** Keys of a world in which there is nothing to protect, so that they can stand in a README. */
export const masterKey = "local-master-key";
export const functionKey = "local-key";

/** Starts Azurite, the simulator and the app, and subscribes the app to the simulator's events. */
export async function startStage({
  port = 0,
  settings = {},
  simulator: azure = {},
  progress = () => {},
  folder,
}: StageOptions = {}): Promise<Stage> {
  progress("starting Azurite and the simulator");
  const [azurite, simulator] = await Promise.all([
    startAzurite(),
    startSimulator(smallEstate(), { speed: speedOfTests, ...azure }),
  ]);
  const all = {
    DrawbridgeState: azurite.connectionString,
    DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
    DRAWBRIDGE_MODE: "enforce",
    DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscriptions.platform,
    DRAWBRIDGE_POLICY_PARAMETERS: JSON.stringify({
      // The partner is welcome as far as the policy goes; what it cannot know of it still holds it.
      landingZones: [subscriptions.landingZone, subscriptions.newTeam, subscriptions.partner],
      blockedSubscriptions: [subscriptions.sandbox],
    }),
    ...settings,
  };
  progress("starting the host");
  const app = await startApp({
    settings: all,
    port,
    masterKey,
    functionKey,
    ...(folder === undefined ? {} : { folder }),
  });
  await subscribeApp(simulator, app.url);
  return {
    azurite,
    simulator,
    app,
    masterKey,
    functionKey,
    settings: all,
    call: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("x-functions-key", functionKey);
      return fetch(app.url + path, { ...init, headers });
    },
    stop: async () => {
      await app.end();
      await simulator.stop();
      await azurite.end();
    },
  };
}

/** Event Grid tells the app of what happens in the subscription of the services. */
export async function subscribeApp(simulator: Simulator, appUrl: string): Promise<void> {
  for (const name of ["connectionChanged", "addressesMayHaveChanged"])
    await simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: `${appUrl}/runtime/webhooks/EventGrid?functionName=${name}`,
      schema: "EventGridSchema",
      operations: operationsOf[name] ?? /./,
    });
}

/** The filters that docs/operations.md advises for each function's event subscription. */
const operationsOf: Readonly<Record<string, RegExp>> = {
  connectionChanged:
    /^Microsoft\.ApiManagement\/service\/privateEndpointConnection(Proxies|s)\/(write|delete)$/,
  addressesMayHaveChanged:
    /^Microsoft\.(ApiManagement\/service|Network\/publicIPAddresses)\/(write|delete|\w+\/action)$/,
};
