import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { failedSinks } from "../lib/alerts/deliver.ts";
import { checkRights, type CheckedRights } from "../lib/doctor/check-rights.ts";
import { readEventPaths } from "../lib/estate/events/event-paths.ts";
import type { Services } from "../services.ts";
import { estateWarnings, eventPathsOf, problemsOf, type HealthServices } from "./health.ts";
import type { Answer } from "./http/answers.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { json } from "./http/respond.ts";

type DoctorServices = HealthServices &
  Pick<Services, "addresses" | "azure" | "config" | "delivery" | "ledger" | "rights" | "scope">;

/**
 * `GET /api/doctor`: which rights, settings and event paths a deployed app lacks. Reads a few resources in each governed
 * subscription with the app's identity; takes at most a minute.
 */
export function doctor(services: DoctorServices, checkRightsIn = checkRights) {
  let running: Promise<CheckedRights> | undefined;
  /** Callers at the same time share one run: it takes reads from the quota that reviews need. */
  const rightsOnce = () =>
    (running ??= checkRightsIn(services).finally(() => {
      running = undefined;
    }));
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const { appState, clock, config, delivery } = services;
    const at = clock.now().toISOString();
    const [problems, rights, sinks, eventPaths] = await Promise.all([
      problemsOf(services),
      rightsOnce(),
      failedSinks(delivery),
      readEventPaths(appState),
    ]);
    const found = {
      problems: problems.flatMap(({ summary, details }) => [summary, ...details]),
      sinks,
      eventPaths: eventPathsOf(eventPaths),
      rights: rights.checks,
      notReached: rights.notReached,
    };
    return json<Answer<"Doctor">>({
      at,
      status: isWell(found) ? "ok" : "findings",
      warnings: [...config.warnings, ...estateWarnings(eventPaths)],
      ...found,
    });
  };
}

type Found = Pick<Answer<"Doctor">, "problems" | "sinks" | "eventPaths" | "rights" | "notReached">;

/** Warnings are settings that may be intended; event paths that were never read prove nothing. */
function isWell({ problems, sinks, eventPaths, rights, notReached }: Found): boolean {
  const isCovered = eventPaths === null || eventPaths.present === eventPaths.subscriptions;
  const isGranted = rights.every(({ state }) => state !== "missing");
  return isCovered && isGranted && [problems, sinks, notReached].every(({ length }) => length === 0);
}
