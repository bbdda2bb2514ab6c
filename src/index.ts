import { fileURLToPath } from "node:url";
import { app, output, type HttpHandler } from "@azure/functions";
import type { Handlers } from "./handlers.ts";
import type { Config } from "./lib/config/config.ts";
import { ConfigInvalid, readConfig } from "./lib/config/read-config.ts";
import { archiveSchedule } from "./lib/config/read-schedules.ts";

/** The package's folder: one above this file, in the sources and in the bundle alike. */
const root = fileURLToPath(new URL("..", import.meta.url));
const connection = "DrawbridgeState";

/**
 * The SDK makes the name of a binding without one by hashing it, which costs as much as everything else of a
 * registration.
 */
const named = (name: string) => ({ name });
const input = named("input");

const queue = (queueName: string) => output.storageQueue({ ...named(queueName), queueName, connection });
const [reviews, alertsQueue, larger] = [queue("reviews"), queue("alerts"), queue("reevaluations")];
const response = output.http(named("response"));
/** Output of every function that may raise alerts. */
const extraOutputs = [alertsQueue];

/** A handler that loads the app, if no invocation has loaded it yet, and then calls the one of this name. */
type Deferred<K extends keyof Handlers> = (
  ...invocation: Parameters<Handlers[K]>
) => Promise<Awaited<ReturnType<Handlers[K]>>>;

type HandlerOf = <K extends keyof Handlers>(name: K) => Deferred<K>;

/**
 * The host registers every function before it invokes the first one, so that what this file loads delays every cold
 * start. The rest of the app is loaded by the first invocation.
 */
function deferredHandlers(config: Config): HandlerOf {
  let loaded: Promise<Handlers> | undefined;
  const load = async () => {
    const { createHandlers } = await import("./handlers.ts");
    return createHandlers(config, root, { alerts: alertsQueue, reevaluations: larger });
  };
  return <K extends keyof Handlers>(name: K) =>
    (async (...invocation: Parameters<Handlers[K]>) => {
      const handler = (await (loaded ??= load()))[name] as Deferred<K>;
      return handler(...invocation);
    }) as Deferred<K>;
}

function registerEvents(handler: HandlerOf): void {
  app.eventGrid("connectionChanged", { ...input, handler: handler("connectionChanged"), return: reviews });
  app.eventGrid("addressesMayHaveChanged", {
    ...input,
    extraOutputs,
    handler: handler("addressesMayHaveChanged"),
  });
}

function registerQueues(handler: HandlerOf): void {
  app.storageQueue("queuedEvents", {
    ...input,
    queueName: "events",
    connection,
    extraOutputs,
    handler: handler("queuedEvents"),
    return: reviews,
  });
  app.storageQueue("eventsPoisoned", {
    ...input,
    queueName: "events-poison",
    connection,
    handler: handler("eventsPoisoned"),
    return: reviews,
  });
  app.storageQueue("reviewConnections", {
    ...input,
    queueName: "reviews",
    connection,
    extraOutputs,
    handler: handler("reviewConnections"),
  });
  app.storageQueue("reviewsPoisoned", {
    ...input,
    queueName: "reviews-poison",
    connection,
    extraOutputs,
    handler: handler("reviewsPoisoned"),
  });
  app.storageQueue("deliverAlerts", {
    ...input,
    queueName: "alerts",
    connection,
    extraOutputs,
    handler: handler("deliverAlerts"),
  });
  app.storageQueue("alertsPoisoned", {
    ...input,
    queueName: "alerts-poison",
    connection,
    handler: handler("alertsPoisoned"),
  });
  app.storageQueue("continueReevaluations", {
    ...input,
    queueName: "reevaluations",
    connection,
    extraOutputs,
    handler: handler("continueReevaluations"),
    return: larger,
  });
  app.storageQueue("reevaluationsPoisoned", {
    ...input,
    queueName: "reevaluations-poison",
    connection,
    handler: handler("reevaluationsPoisoned"),
  });
}

function registerTimers(handler: HandlerOf, { addressSchedule, archive, sweepSchedule }: Config): void {
  app.timer("sweepConnections", {
    ...input,
    schedule: sweepSchedule,
    extraOutputs: [alertsQueue, larger],
    handler: handler("sweepConnections"),
    return: reviews,
  });
  app.timer("checkAddresses", {
    ...input,
    schedule: addressSchedule,
    extraOutputs,
    handler: handler("checkAddresses"),
  });
  if (archive !== undefined)
    app.timer("archiveRecords", { ...input, schedule: archiveSchedule, handler: handler("archiveRecords") });
}

/** Names of the functions that answer HTTP. */
type HttpName = { [K in keyof Handlers]: Handlers[K] extends HttpHandler ? K : never }[keyof Handlers];

function registerReading(handler: HandlerOf): void {
  const reading = (name: HttpName, route: string = name) => {
    app.http(name, {
      ...input,
      return: response,
      methods: ["GET"],
      authLevel: "function",
      route,
      handler: handler(name),
    });
  };
  reading("access");
  reading("addresses");
  reading("addressHistory", "addresses/history");
  reading("serviceTags", "addresses/service-tags");
  reading("alerts");
  reading("connections");
  reading("held");
  reading("overview");
  reading("doctor");
  reading("decisions", "decisions/{id?}");
  reading("healthDetails", "health/details");
  reading("policy");
  reading("reevaluations", "reevaluations/{id}");
  app.http("openapi", {
    ...input,
    return: response,
    methods: ["GET"],
    authLevel: "anonymous",
    route: "openapi.json",
    handler: handler("openapi"),
  });
  app.http("health", {
    ...input,
    return: response,
    methods: ["GET"],
    authLevel: "anonymous",
    handler: handler("health"),
  });
}

function registerChanging(handler: HandlerOf): void {
  app.http("acknowledgeAddresses", {
    ...input,
    return: response,
    methods: ["POST"],
    authLevel: "function",
    route: "addresses/acknowledge",
    extraOutputs,
    handler: handler("acknowledgeAddresses"),
  });
  app.http("decideConnection", {
    ...input,
    return: response,
    methods: ["POST"],
    authLevel: "function",
    route: "connections/decide",
    extraOutputs,
    handler: handler("decideConnection"),
  });
  app.http("reevaluate", {
    ...input,
    return: response,
    methods: ["POST"],
    authLevel: "function",
    extraOutputs: [alertsQueue, larger],
    handler: handler("reevaluate"),
  });
}

function registerDashboard(handler: HandlerOf): void {
  app.http("dashboard", {
    ...input,
    return: response,
    methods: ["GET"],
    authLevel: "anonymous",
    route: "dashboard/{file?}",
    handler: handler("dashboard"),
  });
  // The host takes an empty route for none and uses the function's name, so that the route is one that only matches
  // nothing.
  app.http("dashboardRedirect", {
    ...input,
    return: response,
    methods: ["GET"],
    authLevel: "anonymous",
    route: "{nothing:maxlength(0)?}",
    handler: handler("dashboardRedirect"),
  });
}

/**
 * On invalid settings registers only what lists them. An entry point that throws would leave an app without functions.
 */
function registerWithoutSettings(problems: readonly string[]): void {
  const load = async () => (await import("./handlers.ts")).handlersOfSettings(problems);
  app.http("health", {
    ...input,
    return: response,
    methods: ["GET"],
    authLevel: "anonymous",
    handler: async () => (await load()).health(),
  });
  app.http("doctor", {
    ...input,
    return: response,
    methods: ["GET"],
    authLevel: "function",
    handler: async () => (await load()).doctor(),
  });
}

try {
  const config = readConfig(process.env);
  const handler = deferredHandlers(config);
  registerEvents(handler);
  registerQueues(handler);
  registerTimers(handler, config);
  registerReading(handler);
  registerChanging(handler);
  registerDashboard(handler);
} catch (error) {
  if (!(error instanceof ConfigInvalid)) throw error;
  registerWithoutSettings(error.problems);
}
