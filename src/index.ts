import { fileURLToPath } from "node:url";
import { app, output } from "@azure/functions";
import { access, guarded, type Handler } from "./functions/access.ts";
import { acknowledgeAddresses } from "./functions/acknowledge-addresses.ts";
import { addressesMayHaveChanged } from "./functions/addresses-may-have-changed.ts";
import { addresses, addressHistory } from "./functions/addresses.ts";
import { archiveRecords, archiveSchedule } from "./functions/archive-records.ts";
import { checkAddresses } from "./functions/check-addresses.ts";
import { alerts } from "./functions/alerts.ts";
import { alertsPoisoned } from "./functions/alerts-poisoned.ts";
import { connectionChanged } from "./functions/connection-changed.ts";
import { connections, held, overview } from "./functions/connections.ts";
import { dashboard, redirectToDashboard } from "./functions/dashboard.ts";
import { decideConnection } from "./functions/decide-connection.ts";
import { decisions } from "./functions/decisions.ts";
import { deliverAlerts } from "./functions/deliver-alerts.ts";
import { doctor, doctorOfSettings } from "./functions/doctor.ts";
import { eventsPoisoned } from "./functions/events-poisoned.ts";
import { withAlertOutput } from "./functions/with-alert-output.ts";
import { health, healthDetails, unhealthy } from "./functions/health.ts";
import { continueReevaluations, reevaluationsPoisoned } from "./functions/continue-reevaluation.ts";
import { policy } from "./functions/policy.ts";
import { queuedEvents } from "./functions/queued-events.ts";
import { openapi } from "./functions/openapi.ts";
import { reevaluate, reevaluations } from "./functions/reevaluate.ts";
import { reviewConnections } from "./functions/review-connections.ts";
import { reviewsPoisoned } from "./functions/reviews-poisoned.ts";
import { serviceTags } from "./functions/service-tags.ts";
import { sweepConnections } from "./functions/sweep-connections.ts";
import { ConfigInvalid, readConfig } from "./lib/config/read-config.ts";
import { createServices, type Services } from "./services.ts";

/** The package's folder: one above this file, in the sources and in the bundle alike. */
const root = fileURLToPath(new URL("..", import.meta.url));
const connection = "DrawbridgeState";

const queue = (queueName: string) => output.storageQueue({ queueName, connection });
const [reviews, alertsQueue, larger] = [queue("reviews"), queue("alerts"), queue("reevaluations")];
/** Output of every function that may raise alerts. */
const extraOutputs = [alertsQueue];

function registerEvents(services: Services): void {
  app.eventGrid("connectionChanged", { handler: connectionChanged(services), return: reviews });
  app.eventGrid("addressesMayHaveChanged", {
    extraOutputs,
    handler: withAlertOutput(services, alertsQueue, addressesMayHaveChanged(services)),
  });
}

function registerQueues(services: Services): void {
  app.storageQueue("queuedEvents", {
    queueName: "events",
    connection,
    extraOutputs,
    handler: withAlertOutput(services, alertsQueue, queuedEvents(services)),
    return: reviews,
  });
  app.storageQueue("eventsPoisoned", {
    queueName: "events-poison",
    connection,
    handler: eventsPoisoned(services),
    return: reviews,
  });
  app.storageQueue("reviewConnections", {
    queueName: "reviews",
    connection,
    extraOutputs,
    handler: withAlertOutput(services, alertsQueue, reviewConnections(services)),
  });
  app.storageQueue("reviewsPoisoned", {
    queueName: "reviews-poison",
    connection,
    extraOutputs,
    handler: withAlertOutput(services, alertsQueue, reviewsPoisoned(services)),
  });
  app.storageQueue("deliverAlerts", {
    queueName: "alerts",
    connection,
    extraOutputs,
    handler: withAlertOutput(services, alertsQueue, deliverAlerts(services)),
  });
  app.storageQueue("alertsPoisoned", {
    queueName: "alerts-poison",
    connection,
    handler: alertsPoisoned(services),
  });
  app.storageQueue("continueReevaluations", {
    queueName: "reevaluations",
    connection,
    extraOutputs,
    handler: withAlertOutput(services, alertsQueue, continueReevaluations(services)),
    return: larger,
  });
  app.storageQueue("reevaluationsPoisoned", {
    queueName: "reevaluations-poison",
    connection,
    handler: reevaluationsPoisoned(services),
  });
}

function registerTimers(services: Services): void {
  const { addressSchedule, sweepSchedule } = services.config;
  app.timer("sweepConnections", {
    schedule: sweepSchedule,
    extraOutputs: [alertsQueue, larger],
    handler: withAlertOutput(services, alertsQueue, sweepConnections(services, larger)),
    return: reviews,
  });
  app.timer("checkAddresses", {
    schedule: addressSchedule,
    extraOutputs,
    handler: withAlertOutput(services, alertsQueue, checkAddresses(services)),
  });
  if (services.archive !== undefined)
    app.timer("archiveRecords", { schedule: archiveSchedule, handler: archiveRecords(services.archive) });
}

function registerHttp(services: Services): void {
  const { auth } = services.config;
  const reading = (name: string, handler: Handler, route = name) => {
    app.http(name, {
      methods: ["GET"],
      authLevel: "function",
      route,
      handler: guarded(auth, "reader", handler),
    });
  };
  app.http("access", { methods: ["GET"], authLevel: "function", handler: access(auth) });
  reading("addresses", addresses(services));
  reading("addressHistory", addressHistory(services), "addresses/history");
  reading("serviceTags", serviceTags(services), "addresses/service-tags");
  reading("alerts", alerts(services));
  reading("connections", connections(services));
  reading("held", held(services));
  reading("overview", overview(services));
  reading("doctor", doctor(services));
  reading("decisions", decisions(services), "decisions/{id?}");
  reading("healthDetails", healthDetails(services), "health/details");
  reading("policy", policy(services));
  reading("reevaluations", reevaluations(services), "reevaluations/{id}");
  app.http("acknowledgeAddresses", {
    methods: ["POST"],
    authLevel: "function",
    route: "addresses/acknowledge",
    extraOutputs,
    handler: withAlertOutput(
      services,
      alertsQueue,
      guarded(auth, "operator", acknowledgeAddresses(services)),
    ),
  });
  app.http("decideConnection", {
    methods: ["POST"],
    authLevel: "function",
    route: "connections/decide",
    extraOutputs,
    handler: withAlertOutput(
      services,
      alertsQueue,
      guarded(auth, "operator", decideConnection(services), "token"),
    ),
  });
  app.http("reevaluate", {
    methods: ["POST"],
    authLevel: "function",
    extraOutputs: [alertsQueue, larger],
    handler: withAlertOutput(services, alertsQueue, guarded(auth, "operator", reevaluate(services, larger))),
  });
  app.http("openapi", {
    methods: ["GET"],
    authLevel: "anonymous",
    route: "openapi.json",
    handler: openapi(),
  });
  app.http("health", { methods: ["GET"], authLevel: "anonymous", handler: health(services) });
}

function registerDashboard({ config }: Services): void {
  app.http("dashboard", {
    methods: ["GET"],
    authLevel: "anonymous",
    route: "dashboard/{file?}",
    handler: dashboard(config.auth, `${root}dist/dashboard`),
  });
  // The host takes an empty route for none and uses the function's name, so that the route is one that only matches nothing.
  app.http("dashboardRedirect", {
    methods: ["GET"],
    authLevel: "anonymous",
    route: "{nothing:maxlength(0)?}",
    handler: redirectToDashboard(),
  });
}

/** On invalid settings registers only what lists them. An entry point that throws would leave an app without functions. */
function registerWithoutSettings(problems: readonly string[]): void {
  app.http("health", { methods: ["GET"], authLevel: "anonymous", handler: unhealthy(problems) });
  app.http("doctor", { methods: ["GET"], authLevel: "function", handler: doctorOfSettings(problems) });
}

try {
  const services = createServices(readConfig(process.env), root);
  registerEvents(services);
  registerQueues(services);
  registerTimers(services);
  registerHttp(services);
  registerDashboard(services);
} catch (error) {
  if (!(error instanceof ConfigInvalid)) throw error;
  registerWithoutSettings(error.problems);
}
