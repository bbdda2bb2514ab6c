import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { breakerStates } from "../lib/connections/breakers/breakers.ts";
import {
  openBreakers,
  readOpenBreakers,
  type ReportedBreaker,
} from "../lib/connections/breakers/open-breakers.ts";
import { servicesWithoutEvents } from "../lib/connections/breakers/requests-breaker.ts";
import type { RevocationsBudget } from "../lib/connections/breakers/revocations-budget.ts";
import { deciderHash } from "../lib/decider-hash.ts";
import { addressCheck } from "../lib/addresses/check/check-pass.ts";
import { sweeps } from "../lib/connections/sweep/sweep-pass.ts";
import { firstStart, overdueSince, type Timed } from "../lib/estate/overdue.ts";
import type { Run } from "../lib/estate/scan-run-row.ts";
import type { Services } from "../services.ts";
import { appRows, type AppState } from "../lib/app-state.ts";
import type { Clock } from "../lib/clock.ts";
import { estateOf, estateWarnings, eventPathsOf } from "./estate-health.ts";
import type { Answer } from "./http/answers.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { json } from "./http/respond.ts";

const storageTimeoutMs = 3_000;

/** A problem of the app: a sentence that anybody may read, and what only the holder of a key may. */
interface Problem {
  readonly summary: string;
  readonly details: readonly string[];
  /** The app works, and holds connections back as its settings say: no reason to answer that it is unavailable. */
  readonly isRestraint?: true;
}

export type HealthServices = Pick<
  Services,
  "policy" | "appState" | "clock" | "addressProblems" | "delivery" | "timers" | "config"
>;

/** `GET /api/health`, anonymous: whether the app can do its work. Quotes no policy and no declared addresses. */
export function health(services: HealthServices) {
  return async (): Promise<HttpResponseInit> => {
    const problems = await problemsOf(services);
    return json<Answer<"Health">>(
      { status: statusOf(problems), problems: problems.map(({ summary }) => summary) },
      httpStatusOf(problems),
    );
  };
}

/** The answer of `health` where a setting is not usable: only `health` and `doctor` are registered then. */
export function unhealthy(problems: readonly string[]) {
  return (): HttpResponseInit => json<Answer<"Health">>({ status: "misconfigured", problems }, 503);
}

/** `GET /api/health/details`, with a key: every problem in full, the configuration, and the last runs. */
export function healthDetails(services: HealthServices & Pick<Services, "recentActivity" | "counters">) {
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const { clock, config, recentActivity, counters, delivery } = services;
    const [found, policy, state] = await Promise.all([
      obstacles(services),
      services.policy(),
      fromState(services),
    ]);
    const { requests, approvals, revocations, sweep, check, startedAt, estate = {} } = state.value ?? {};
    const open = openBreakers({ requests, approvals }, config.rateLimits, clock.now());
    const untilOf = (name: "requests" | "approvals") =>
      open.find((each) => each.name === name)?.until ?? null;
    const problems = withStateUnread([...found, ...restraintsOf(open)], state.unread);
    return json<Answer<"HealthDetails">>(
      {
        status: statusOf(problems),
        problems: problems.flatMap(({ summary, details }) => [summary, ...details]),
        mode: config.mode,
        policy: {
          name: policy.kind === "valid" ? policy.name : null,
          hash: deciderHash(policy, config.mode),
        },
        lastSweep: recentActivity.sweep ?? null,
        sweeps: runOf(sweep),
        addressChecks: runOf(check),
        stateUnread: state.unread ?? null,
        firstStartedAt: startedAt ?? null,
        breakers: {
          requests: requests?.openSince ?? null,
          requestsUntil: untilOf("requests"),
          approvals: approvals?.openSince ?? null,
          approvalsUntil: untilOf("approvals"),
          revocationsRefused: revocations?.refused ?? 0,
          eventsMissing: requests?.eventsMissingSince ?? null,
          eventsMissingFrom: servicesWithoutEvents(requests, clock.now()),
        },
        lastAddressCheck: recentActivity.check ?? null,
        lastEvent: recentActivity.event ?? null,
        eventPaths: eventPathsOf(estate.eventPaths),
        sinks: delivery.sinks.map(({ name }) => name),
        warnings: [...config.warnings, ...unavailableSinks(services), ...estateWarnings(estate)],
        counters: counters.all(),
      },
      httpStatusOf(problems),
    );
  };
}

function statusOf(problems: readonly Problem[]): "ok" | "degraded" {
  return problems.length === 0 ? "ok" : "degraded";
}

function httpStatusOf(problems: readonly Problem[]): 200 | 503 {
  return problems.every(({ isRestraint }) => isRestraint) ? 200 : 503;
}

/** What keeps the app from its work, or holds connections back. */
export async function problemsOf(services: HealthServices): Promise<readonly Problem[]> {
  const { appState, clock, config } = services;
  const [found, open] = await Promise.all([
    obstacles(services),
    orUnread(readOpenBreakers(appState, config.rateLimits, clock.now())),
  ]);
  return withStateUnread([...found, ...restraintsOf(open.value ?? [])], open.unread);
}

/** What keeps the app from its work. */
async function obstacles(services: HealthServices): Promise<readonly Problem[]> {
  const [policy, state] = await Promise.all([policyProblems(services), stateProblems(services)]);
  return [...policy, ...addressProblemsOf(services), ...state];
}

async function policyProblems({ policy }: Pick<Services, "policy">): Promise<readonly Problem[]> {
  const loaded = await policy();
  if (loaded.kind === "valid") return [];
  return [{ summary: "the policy does not load, so everything is held", details: loaded.problems }];
}

function addressProblemsOf({ addressProblems }: Pick<Services, "addressProblems">): readonly Problem[] {
  if (addressProblems.length === 0) return [];
  return [{ summary: "the declared addresses are not usable", details: addressProblems }];
}

/**
 * The app works without a sink, so that one is no problem of it. The reason may name a vault: it is only for the holder
 * of a key.
 */
export function unavailableSinks({ delivery }: Pick<Services, "delivery">): readonly string[] {
  return delivery.sinks.flatMap(({ name, unavailable }) =>
    unavailable === undefined ? [] : [`the sink ${name} is unavailable and gets no alerts: ${unavailable}`],
  );
}

/** Without the table nothing can be recorded, and so nothing is applied. */
async function stateProblems({
  appState,
  clock,
  timers,
}: Pick<Services, "appState" | "clock" | "timers">): Promise<readonly Problem[]> {
  // Records the first start too: where no timer ever runs, this function may be the only one that does.
  const { value, unread } = await orUnread(
    firstStart(appState, clock).then((startedAt) =>
      Promise.all(timers.map((timer) => timerProblems(timer, startedAt, appState, clock))),
    ),
  );
  const summaries = value?.flat() ?? [`${unreachable} (${unread}); check DrawbridgeState`];
  return summaries.map((summary) => ({ summary, details: [] }));
}

/**
 * While a breaker is open, requests or approvals wait whatever the policy says. A deployment that raises the limit must
 * not fail.
 */
function restraintsOf(open: readonly ReportedBreaker[]): readonly Problem[] {
  return open.map(({ problem }) => ({ summary: problem, details: [], isRestraint: true }));
}

const unreachable = "the state's table cannot be reached";
const partUnread = "a part of the state's table cannot be read";

/** Rows are read apart, each with its own time limit, so that some may be read and others not. */
function withStateUnread(problems: readonly Problem[], unread: string | undefined): readonly Problem[] {
  const isSaid = ({ summary }: Problem) => summary.startsWith(unreachable) || summary.startsWith(partUnread);
  if (unread === undefined || problems.some(isSaid)) return problems;
  const summary = `${partUnread} (${unread}); check DrawbridgeState`;
  return [...problems, { summary, details: [] }];
}

/** What the table answered, or why it could not be read. */
type FromTable<T> =
  { readonly value: T; readonly unread?: never } | { readonly value?: never; readonly unread: string };

/** Waits for the table for a few seconds. */
function orUnread<T>(answer: Promise<T>): Promise<FromTable<T>> {
  const noAnswer = new Promise<FromTable<T>>((resolve) => {
    AbortSignal.timeout(storageTimeoutMs).addEventListener("abort", () => {
      resolve({ unread: "no answer in time" });
    });
  });
  const found = answer.then(
    (value) => ({ value }),
    (error: unknown) => ({
      unread: error instanceof Error && "code" in error ? String(error.code) : "no answer",
    }),
  );
  return Promise.race([found, noAnswer]);
}

/** Start of the last run, and completion of the last one that completed. */
function runOf(run: Run | undefined) {
  return run === undefined ? null : { startedAt: run.startedAt, endedAt: run.endedAt ?? null };
}

/** State that all instances share. */
function fromState({ appState, clock, timers }: Pick<Services, "appState" | "clock" | "timers">) {
  const read = async () => {
    const [sweep, check, startedAt, breakers, revocations, estate] = await Promise.all([
      appState.read<Run>(sweeps.row),
      appState.read<Run>(addressCheck.row),
      firstStart(appState, clock),
      breakerStates(appState),
      appState.read<RevocationsBudget>(appRows.revocations),
      estateOf({ appState, clock, timers }),
    ]);
    return { sweep, check, startedAt, ...breakers, revocations, estate };
  };
  return orUnread(read());
}

async function timerProblems(
  { row, name, periodMs }: Timed,
  startedAt: string,
  appState: AppState,
  clock: Clock,
): Promise<readonly string[]> {
  const run = await appState.read<Run>(row);
  const since = overdueSince(run, startedAt, periodMs, clock.now());
  if (since === undefined) return [];
  if (run?.endedAt !== undefined) return [`no ${name} has completed since ${since}`];
  const never = run === undefined ? "begun" : "completed";
  return [`no ${name} has ever ${never}, though the app first started at ${since}`];
}
