import type { StorageQueueOutput } from "@azure/functions";
import { access, guarded, type Handler } from "./functions/access.ts";
import { acknowledgeAddresses } from "./functions/acknowledge-addresses.ts";
import { addressesMayHaveChanged } from "./functions/addresses-may-have-changed.ts";
import { addresses, addressHistory } from "./functions/addresses.ts";
import { archiveRecords } from "./functions/archive-records.ts";
import { checkAddresses } from "./functions/check-addresses.ts";
import { alerts } from "./functions/alerts.ts";
import { alertsPoisoned } from "./functions/alerts-poisoned.ts";
import { conditionalGet } from "./functions/conditional-get.ts";
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
import type { Config } from "./lib/config/config.ts";
import { createServices, type Services } from "./services.ts";

/** Queues that functions write to besides their return value. */
export interface Outputs {
  readonly alerts: StorageQueueOutput;
  readonly reevaluations: StorageQueueOutput;
}

/** The handler of every function, by its name. Loading this file loads the whole app. */
export async function createHandlers(config: Config, root: string, outputs: Outputs) {
  const services = await createServices(config, root);
  return { ...ofTriggers(services, outputs), ...ofHttp(services, outputs), ...ofPage(services, root) };
}

export type Handlers = Awaited<ReturnType<typeof createHandlers>>;

/** Handlers for invalid settings, which report the problems. */
export function handlersOfSettings(problems: readonly string[]) {
  return { health: unhealthy(problems), doctor: doctorOfSettings(problems) };
}

function ofTriggers(services: Services, outputs: Outputs) {
  const alerting = alertingFor(services, outputs);
  const { archive } = services;
  return {
    connectionChanged: connectionChanged(services),
    addressesMayHaveChanged: alerting(addressesMayHaveChanged(services)),
    queuedEvents: alerting(queuedEvents(services)),
    eventsPoisoned: eventsPoisoned(services),
    reviewConnections: alerting(reviewConnections(services)),
    reviewsPoisoned: alerting(reviewsPoisoned(services)),
    deliverAlerts: alerting(deliverAlerts(services)),
    alertsPoisoned: alertsPoisoned(services),
    continueReevaluations: alerting(continueReevaluations(services)),
    reevaluationsPoisoned: reevaluationsPoisoned(services),
    sweepConnections: alerting(sweepConnections(services, outputs.reevaluations)),
    checkAddresses: alerting(checkAddresses(services)),
    archiveRecords: archive === undefined ? () => Promise.resolve() : archiveRecords(archive),
  };
}

function ofHttp(services: Services, outputs: Outputs) {
  const { auth } = services.config;
  const alerting = alertingFor(services, outputs);
  const reader = (handler: Handler) => guarded(auth, "reader", conditionalGet(handler));
  const operator = (handler: Handler, proof?: "token") => alerting(guarded(auth, "operator", handler, proof));
  return {
    access: access(auth),
    addresses: reader(addresses(services)),
    addressHistory: reader(addressHistory(services)),
    serviceTags: reader(serviceTags(services)),
    alerts: reader(alerts(services)),
    connections: reader(connections(services)),
    held: reader(held(services)),
    overview: reader(overview(services)),
    doctor: reader(doctor(services)),
    decisions: reader(decisions(services)),
    healthDetails: reader(healthDetails(services)),
    policy: reader(policy(services)),
    reevaluations: reader(reevaluations(services)),
    acknowledgeAddresses: operator(acknowledgeAddresses(services)),
    decideConnection: operator(decideConnection(services), "token"),
    reevaluate: operator(reevaluate(services, outputs.reevaluations)),
    openapi: openapi(),
    health: health(services),
  };
}

function ofPage({ config }: Services, root: string) {
  return {
    dashboard: dashboard(config.auth, `${root}dist/dashboard`),
    dashboardRedirect: redirectToDashboard(),
  };
}

/** Wraps the handler of a function that may raise alerts. */
function alertingFor(services: Services, { alerts: queue }: Outputs) {
  return <I, R>(handler: Parameters<typeof withAlertOutput<I, R>>[2]) =>
    withAlertOutput(services, queue, handler);
}
