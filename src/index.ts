import { fileURLToPath } from "node:url";
import { app, output, type InvocationContext } from "@azure/functions";
import { guarded } from "./functions/access.ts";
import { acknowledgeAddresses } from "./functions/acknowledge-addresses.ts";
import { addressesMayHaveChanged } from "./functions/addresses-may-have-changed.ts";
import { addresses, addressHistory } from "./functions/addresses.ts";
import { archiveRecords, archiveSchedule } from "./functions/archive-records.ts";
import { checkAddresses } from "./functions/check-addresses.ts";
import { alerts } from "./functions/alerts.ts";
import { alertsPoisoned } from "./functions/alerts-poisoned.ts";
import { connectionChanged } from "./functions/connection-changed.ts";
import { connections } from "./functions/connections.ts";
import { decisions } from "./functions/decisions.ts";
import { deliverAlerts } from "./functions/deliver-alerts.ts";
import { handingOver } from "./functions/handing-over.ts";
import { health, healthDetails, unhealthy } from "./functions/health.ts";
import { continueReevaluations, reevaluationsPoisoned } from "./functions/continue-reevaluation.ts";
import { openapi } from "./functions/openapi.ts";
import { reevaluate, reevaluations } from "./functions/reevaluate.ts";
import { reviewConnections } from "./functions/review-connections.ts";
import { reviewsPoisoned } from "./functions/reviews-poisoned.ts";
import { sweepConnections } from "./functions/sweep-connections.ts";
import { ConfigInvalid, readConfig } from "./lib/config/read-config.ts";
import { createServices, type Services } from "./services.ts";

/** Where the package is: one folder above this file, in the sources and in the bundle alike. */
const root = fileURLToPath(new URL("..", import.meta.url));
const connection = "DrawbridgeState";

function register(services: Services): void {
  const reviews = output.storageQueue({ queueName: "reviews", connection });
  const alertsQueue = output.storageQueue({ queueName: "alerts", connection });
  const extraOutputs = [alertsQueue];
  const { auth } = services.config;
  const larger = output.storageQueue({ queueName: "reevaluations", connection });
  const telling = <I, R>(handler: (input: I, context: InvocationContext) => R | Promise<R>) =>
    handingOver(services, alertsQueue, handler);
  app.eventGrid("connectionChanged", { handler: connectionChanged(services), return: reviews });
  app.storageQueue("reviewConnections", {
    queueName: "reviews",
    connection,
    extraOutputs,
    handler: telling(reviewConnections(services)),
  });
  app.storageQueue("reviewsPoisoned", {
    queueName: "reviews-poison",
    connection,
    extraOutputs,
    handler: telling(reviewsPoisoned(services)),
  });
  app.storageQueue("deliverAlerts", {
    queueName: "alerts",
    connection,
    extraOutputs,
    handler: telling(deliverAlerts(services)),
  });
  app.storageQueue("alertsPoisoned", {
    queueName: "alerts-poison",
    connection,
    handler: alertsPoisoned(services),
  });
  app.timer("sweepConnections", {
    schedule: services.config.sweepSchedule,
    extraOutputs: [alertsQueue, larger],
    handler: telling(sweepConnections(services, larger)),
    return: reviews,
  });
  app.eventGrid("addressesMayHaveChanged", {
    extraOutputs,
    handler: telling(addressesMayHaveChanged(services)),
  });
  app.timer("checkAddresses", {
    schedule: services.config.addressSchedule,
    extraOutputs,
    handler: telling(checkAddresses(services)),
  });
  if (services.archive !== undefined)
    app.timer("archiveRecords", { schedule: archiveSchedule, handler: archiveRecords(services.archive) });
  app.http("addresses", {
    methods: ["GET"],
    authLevel: "function",
    handler: guarded(auth, "reader", addresses(services)),
  });
  app.http("addressHistory", {
    methods: ["GET"],
    authLevel: "function",
    route: "addresses/history",
    handler: guarded(auth, "reader", addressHistory(services)),
  });
  app.http("acknowledgeAddresses", {
    methods: ["POST"],
    authLevel: "function",
    route: "addresses/acknowledge",
    extraOutputs,
    handler: telling(guarded(auth, "operator", acknowledgeAddresses(services))),
  });
  app.http("reevaluate", {
    methods: ["POST"],
    authLevel: "function",
    extraOutputs: [alertsQueue, larger],
    handler: telling(guarded(auth, "operator", reevaluate(services, larger))),
  });
  app.http("reevaluations", {
    methods: ["GET"],
    authLevel: "function",
    route: "reevaluations/{id}",
    handler: guarded(auth, "reader", reevaluations(services)),
  });
  app.storageQueue("continueReevaluations", {
    queueName: "reevaluations",
    connection,
    extraOutputs,
    handler: telling(continueReevaluations(services)),
    return: larger,
  });
  app.storageQueue("reevaluationsPoisoned", {
    queueName: "reevaluations-poison",
    connection,
    handler: reevaluationsPoisoned(services),
  });
  app.http("alerts", {
    methods: ["GET"],
    authLevel: "function",
    handler: guarded(auth, "reader", alerts(services)),
  });
  app.http("connections", {
    methods: ["GET"],
    authLevel: "function",
    handler: guarded(auth, "reader", connections(services)),
  });
  app.http("decisions", {
    methods: ["GET"],
    authLevel: "function",
    route: "decisions/{id?}",
    handler: guarded(auth, "reader", decisions(services)),
  });
  app.http("openapi", {
    methods: ["GET"],
    authLevel: "anonymous",
    route: "openapi.json",
    handler: () => openapi(),
  });
  app.http("health", { methods: ["GET"], authLevel: "anonymous", handler: health(services) });
  app.http("healthDetails", {
    methods: ["GET"],
    authLevel: "function",
    route: "health/details",
    handler: guarded(auth, "reader", healthDetails(services)),
  });
}

/** On bad settings `health` alone is there, to say so: an entry that throws would leave an app of no functions. */
function registerHealthAlone(problems: readonly string[]): void {
  app.http("health", { methods: ["GET"], authLevel: "anonymous", handler: unhealthy(problems) });
}

try {
  register(createServices(readConfig(process.env), root));
} catch (error) {
  if (!(error instanceof ConfigInvalid)) throw error;
  registerHealthAlone(error.problems);
}
