import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { readStorage } from "../lib/azure/read-storage.ts";
import { failedSinks } from "../lib/alerts/deliver.ts";
import { checkRights, type CheckedRights } from "../lib/doctor/check-rights.ts";
import { isGranted } from "../lib/doctor/rights.ts";
import { checkStorage, untriedRights } from "../lib/doctor/check-storage.ts";
import { systemClock } from "../lib/clock.ts";
import { mapRead } from "../lib/estate/read.ts";
import type { Services } from "../services.ts";
import { estateOf, estateWarnings, eventPathsOf } from "./estate-health.ts";
import { problemsOf, unavailableSinks, type HealthServices } from "./health.ts";
import type { Answer } from "./http/answers.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { json } from "./http/respond.ts";

type DoctorServices = HealthServices &
  Pick<
    Services,
    "addresses" | "azure" | "config" | "ledger" | "refusals" | "rights" | "scope" | "storageProbes"
  >;

/**
 * How long the state's table may take to answer. A table that is down is a problem that is reported, and no reason to
 * fail.
 */
const tableTimeoutMs = 5_000;

/**
 * `GET /api/doctor`: which rights, settings and event paths a deployed app lacks. Reads a few resources in each
 * governed subscription with the app's identity, and tries its rights on the storage; takes at most a minute.
 */
export function doctor(services: DoctorServices, checkRightsIn = checkRights) {
  let running: Promise<CheckedRights> | undefined;
  const records = async (top: number) =>
    mapRead(await readStorage(services.ledger.connections({}, { top })), ({ items }) => items);
  /** Callers at the same time share one run: it takes reads from the quota that reviews need. */
  const rightsOnce = () =>
    (running ??= checkRightsIn({ ...services, records }).finally(() => {
      running = undefined;
    }));
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const { clock, config, delivery, refusals, storageProbes } = services;
    const at = clock.now().toISOString();
    const [problems, rights, storage, sinks] = await Promise.all([
      problemsOf(services),
      rightsOnce(),
      checkStorage(storageProbes),
      orElse(failedSinks(delivery), []),
    ]);
    await orElse(
      refusals.forget((refusal) => isGranted(refusal, rights.checks)),
      undefined,
    );
    const estate = await orElse(estateOf(services), {});
    const found = {
      problems: [
        ...problems.flatMap(({ summary, details }) => [summary, ...details]),
        ...unavailableSinks(services),
        ...(rights.isRecordRead
          ? []
          : ["the app's records cannot be read, so that rights which only they show are not testable"]),
      ],
      findings: estateWarnings(estate),
      storage: [...storage, ...untriedRights],
      sinks,
      eventPaths: eventPathsOf(estate.eventPaths),
      rights: rights.checks,
      notReached: rights.notReached,
    };
    const { findings, ...rest } = found;
    return json<Answer<"Doctor">>({
      at,
      status: hasNoFindings(found) ? "ok" : "findings",
      warnings: [...config.warnings, ...findings],
      ...rest,
    });
  };
}

/** The answer of `doctor` where a setting is not usable: nothing else of the app can be tried then. */
export function doctorOfSettings(problems: readonly string[], clock = systemClock) {
  return (): HttpResponseInit =>
    json<Answer<"Doctor">>({
      at: clock.now().toISOString(),
      status: "findings",
      problems: [...problems],
      warnings: [],
      storage: [],
      sinks: [],
      eventPaths: null,
      rights: [],
      notReached: [],
    });
}

/** What the table answers in time, or `otherwise`: `problems` has that it does not answer. */
async function orElse<T>(read: Promise<T>, otherwise: T): Promise<T> {
  const timeout = AbortSignal.timeout(tableTimeoutMs);
  const noAnswer = new Promise<T>((resolve) => {
    timeout.addEventListener("abort", () => {
      resolve(otherwise);
    });
  });
  return Promise.race([read.catch(() => otherwise), noAnswer]);
}

type Found = Pick<
  Answer<"Doctor">,
  "problems" | "storage" | "sinks" | "eventPaths" | "rights" | "notReached"
> & {
  readonly findings: readonly string[];
};

/**
 * Settings that may not be intended do not count; event paths that are not read yet are a warning once they should be.
 */
function hasNoFindings({ eventPaths, rights, storage, ...lists }: Found): boolean {
  const isCovered = eventPaths === null || eventPaths.present === eventPaths.subscriptions;
  const hasEveryRight = [...rights, ...storage].every(({ state }) => state !== "missing");
  return isCovered && hasEveryRight && Object.values(lists).every(({ length }) => length === 0);
}
