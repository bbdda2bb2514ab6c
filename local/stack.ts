import { appName, smallEstate, subscriptions } from "../simulator/estate/estate.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "../simulator/server.ts";
import { startApp, type App } from "./app.ts";
import { startAzurite, type Azurite } from "./azurite.ts";
import { entraSettings, principalOf } from "./signed-in.ts";

/** The whole local stack: Azurite, the simulated Azure and the app. */
export interface Stack {
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

export interface StackOptions {
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Options of the simulated Azure; by default two minutes of its time take one second. */
  readonly simulator?: SimulatorOptions;
  /** The name of an operator who is signed in, and sends every request. */
  readonly operator?: string;
  readonly progress?: (what: string) => void;
  /** The folder of the built app; the repository by default. */
  readonly folder?: string;
}

/** The speed of the simulated Azure for people who watch: a minute takes a second. */
export const speedForPeople = 60;
/** The speed for tests: an approval of three minutes takes a second and a half. */
const speedForTests = 120;

/** Fixed keys: the local stack has nothing to protect, and documentation can quote them. */
export const masterKey = "local-master-key";
export const functionKey = "local-key";

/** The settings of the app where nothing else is asked for. */
export const stackSettings: Readonly<Record<string, string>> = {
  DRAWBRIDGE_MODE: "enforce",
  DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscriptions.platform,
  DRAWBRIDGE_POLICY_PARAMETERS: JSON.stringify({
    // The policy would approve the partner, but facts that cannot be read in its tenant still hold it.
    landingZones: [subscriptions.landingZone, subscriptions.newTeam, subscriptions.partner],
    blockedSubscriptions: [subscriptions.sandbox],
  }),
};

/** Starts Azurite, the simulator and the app, and subscribes the app to the simulator's events. */
export async function startStack({
  port = 0,
  settings = {},
  simulator: azure = {},
  operator,
  progress = () => {},
  folder,
}: StackOptions = {}): Promise<Stack> {
  progress("starting Azurite and the simulator");
  const [azurite, simulator] = await Promise.all([
    startAzurite(),
    startSimulator(smallEstate(), { speed: speedForTests, ...azure }),
  ]);
  const all = {
    DrawbridgeState: azurite.connectionString,
    DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
    // The platform's setting: the event subscriptions of the estate deliver to the app of this name.
    WEBSITE_SITE_NAME: appName,
    ...stackSettings,
    ...settings,
    ...(operator === undefined ? {} : entraSettings),
  };
  progress("starting the host");
  const app = await startApp({
    settings: all,
    port,
    masterKey,
    functionKey,
    ...(operator === undefined ? {} : { principal: principalOf(operator, "Drawbridge.Operator") }),
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

/** Subscribes the app's functions to the events of the services' subscription. */
export async function subscribeApp(simulator: Simulator, appUrl: string): Promise<void> {
  for (const name of ["connectionChanged", "addressesMayHaveChanged"])
    await simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: `${appUrl}/runtime/webhooks/EventGrid?functionName=${name}`,
      schema: "EventGridSchema",
      operations: operationFilters[name] ?? /./,
    });
}

/** The filter of each function's event subscription, as docs/operations.md recommends. */
const operationFilters: Readonly<Record<string, RegExp>> = {
  connectionChanged:
    /^Microsoft\.ApiManagement\/service\/privateEndpointConnection(Proxies|s)\/(write|delete)$/,
  addressesMayHaveChanged:
    /^Microsoft\.(ApiManagement\/service|Network\/publicIPAddresses)\/(write|delete|\w+\/action)$/,
};
