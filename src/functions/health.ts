import type { HttpResponseInit } from "@azure/functions";
import { standingOf } from "../lib/connections/breakers.ts";
import { deciderHash } from "../lib/connections/consider.ts";
import { checks } from "../lib/addresses/check/checking.ts";
import { sweeps } from "../lib/connections/sweep/sweeping.ts";
import { overdueSince, type Run } from "../lib/estate/run.ts";
import type { Services } from "../services.ts";
import { json } from "./http.ts";

const storageTimeoutMs = 3_000;

/** `GET /api/health`, anonymous: whether the app can do its work, and if not, why. */
export function health(services: Pick<Services, "policy" | "appState" | "clock" | "addressProblems">) {
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
    "policy" | "appState" | "clock" | "addressProblems" | "config" | "lately" | "counters" | "delivery"
  >,
) {
  return async (): Promise<HttpResponseInit> => {
    const { config, lately, counters, delivery } = services;
    const policy = await services.policy();
    const { status, jsonBody } = await health(services)();
    const { requests, approvals, run } = await fromState(services);
    return json(
      {
        ...(jsonBody as object),
        mode: config.mode,
        policy: {
          name: policy.kind === "valid" ? policy.name : null,
          hash: deciderHash(policy, config.mode),
        },
        lastSweep: lately.sweep ?? null,
        sweeps: run === undefined ? null : { startedAt: run.startedAt, endedAt: run.endedAt ?? null },
        breakers: {
          requests: requests?.openSince ?? null,
          approvals: approvals?.openSince ?? null,
          eventsMissing: requests?.eventsMissingSince ?? null,
        },
        lastAddressCheck: lately.check ?? null,
        lastEvent: lately.event ?? null,
        sinks: delivery.sinks.map(({ name }) => name),
        counters: counters.all(),
      },
      status,
    );
  };
}

/** What all instances together know; nothing where the table cannot be reached, which is a problem that is told. */
async function fromState({ appState }: Pick<Services, "appState">) {
  try {
    const [run, { requests, approvals }] = await Promise.all([
      appState.read<Run>(sweeps.row),
      standingOf(appState),
    ]);
    return { run, requests, approvals };
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
async function stateProblems({ appState, clock }: Pick<Services, "appState" | "clock">): Promise<string[]> {
  const timeout = AbortSignal.timeout(storageTimeoutMs);
  const late = new Promise<string>((resolve) => {
    timeout.addEventListener("abort", () => {
      resolve("no answer in time");
    });
  });
  const answer = Promise.all([appState.read<Run>(sweeps.row), appState.read<Run>(checks.row)]).then(
    ([sweep, check]) => ({ sweep, check }),
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "no answer"),
  );
  const found = await Promise.race([answer, late]);
  if (typeof found === "string")
    return [`the state's table cannot be reached (${found}); check DrawbridgeState`];
  const overdue = (run: Run | undefined, what: string) => {
    const since = overdueSince(run, clock.now());
    return since === undefined ? [] : [`no ${what} has come to its end since ${since}`];
  };
  return [...overdue(found.sweep, "sweep"), ...overdue(found.check, "check of the addresses")];
}
