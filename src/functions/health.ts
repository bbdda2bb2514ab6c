import type { HttpResponseInit } from "@azure/functions";
import { standingOf } from "../lib/connections/breakers/breakers.ts";
import { deciderHash } from "../lib/connections/review/evaluate.ts";
import { checks } from "../lib/addresses/check/checking.ts";
import { sweeps } from "../lib/connections/sweep/sweeping.ts";
import { firstStart, overdueSince, type Timed } from "../lib/estate/overdue.ts";
import type { Run } from "../lib/estate/run-row.ts";
import type { Services } from "../services.ts";
import type { AppState } from "../lib/app-state.ts";
import type { Clock } from "../lib/clock.ts";
import { json } from "./http.ts";

const storageTimeoutMs = 3_000;

/** `GET /api/health`, anonymous: whether the app can do its work, and if not, why. */
export function health(
  services: Pick<Services, "policy" | "appState" | "clock" | "addressProblems" | "timers">,
) {
  return async (): Promise<HttpResponseInit> => {
    const problems = [
      ...(await policyProblems(services)),
      ...services.addressProblems.map((each) => `the declared addresses are not usable: ${each}`),
      ...(await stateProblems(services)),
    ];
    return json(
      { status: problems.length === 0 ? "ok" : "degraded", problems },
      problems.length === 0 ? 200 : 503,
    );
  };
}

/** What `health` answers when the settings are not usable: it is then the only function there is. */
export function unhealthy(problems: readonly string[]) {
  return (): HttpResponseInit => json({ status: "misconfigured", problems }, 503);
}

/** `GET /api/health/details`, with a key: what this process runs on and did last. */
export function healthDetails(
  services: Pick<
    Services,
    | "policy"
    | "appState"
    | "clock"
    | "addressProblems"
    | "timers"
    | "config"
    | "lately"
    | "counters"
    | "delivery"
  >,
) {
  return async (): Promise<HttpResponseInit> => {
    const { config, lately, counters, delivery } = services;
    const policy = await services.policy();
    const { status, jsonBody } = await health(services)();
    const { requests, approvals, sweep, check, startedAt } = await fromState(services);
    return json(
      {
        ...(jsonBody as object),
        mode: config.mode,
        policy: {
          name: policy.kind === "valid" ? policy.name : null,
          hash: deciderHash(policy, config.mode),
        },
        lastSweep: lately.sweep ?? null,
        sweeps: runOf(sweep),
        addressChecks: runOf(check),
        firstStartedAt: startedAt ?? null,
        breakers: {
          requests: requests?.openSince ?? null,
          approvals: approvals?.openSince ?? null,
          eventsMissing: requests?.eventsMissingSince ?? null,
        },
        lastAddressCheck: lately.check ?? null,
        lastEvent: lately.event ?? null,
        sinks: delivery.sinks.map(({ name }) => name),
        warnings: config.warnings,
        counters: counters.all(),
      },
      status,
    );
  };
}

/** When the last one began, and when one last came to its end. */
function runOf(run: Run | undefined) {
  return run === undefined ? null : { startedAt: run.startedAt, endedAt: run.endedAt ?? null };
}

/** What all instances together know; nothing where the table cannot be reached, which is a problem that is told. */
async function fromState({ appState, clock }: Pick<Services, "appState" | "clock">) {
  try {
    const [sweep, check, startedAt, { requests, approvals }] = await Promise.all([
      appState.read<Run>(sweeps.row),
      appState.read<Run>(checks.row),
      firstStart(appState, clock),
      standingOf(appState),
    ]);
    return { sweep, check, startedAt, requests, approvals };
  } catch {
    return {};
  }
}

async function policyProblems({ policy }: Pick<Services, "policy">): Promise<readonly string[]> {
  const loaded = await policy();
  return loaded.kind === "valid"
    ? []
    : ["the policy does not load, so everything is held", ...loaded.problems];
}

/** A table that does not answer means that nothing can be recorded, and so nothing is applied. */
async function stateProblems({
  appState,
  clock,
  timers,
}: Pick<Services, "appState" | "clock" | "timers">): Promise<readonly string[]> {
  const timeout = AbortSignal.timeout(storageTimeoutMs);
  const late = new Promise<string>((resolve) => {
    timeout.addEventListener("abort", () => {
      resolve("no answer in time");
    });
  });
  // Where nothing but this runs, this is what remembers since when.
  const answer = firstStart(appState, clock)
    .then((startedAt) => Promise.all(timers.map((timer) => timerProblems(timer, startedAt, appState, clock))))
    .catch((error: unknown) =>
      error instanceof Error && "code" in error ? String(error.code) : "no answer",
    );
  const found = await Promise.race([answer, late]);
  if (typeof found === "string")
    return [`the state's table cannot be reached (${found}); check DrawbridgeState`];
  return found.flat();
}

async function timerProblems(
  { row, what, periodMs }: Timed,
  startedAt: string,
  appState: AppState,
  clock: Clock,
): Promise<readonly string[]> {
  const run = await appState.read<Run>(row);
  const since = overdueSince(run, startedAt, periodMs, clock.now());
  if (since === undefined) return [];
  if (run?.endedAt !== undefined) return [`no ${what} has come to its end since ${since}`];
  const never = run === undefined ? "begun" : "come to its end";
  return [`no ${what} has ever ${never}, though the app first started at ${since}`];
}
