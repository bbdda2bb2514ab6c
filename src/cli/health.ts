import type { Answer } from "../functions/http/answers.ts";
import { toSafeJson } from "../lib/json.ts";
import { appAt } from "./app.ts";
import { defineCommand } from "./command.ts";
import { counted } from "./counted.ts";
import { exitCodes } from "./exit-codes.ts";
import { cleaned } from "./rows.ts";

type Details = Answer<"HealthDetails">;

export const health = defineCommand({
  name: "health",
  summary: "show whether the app can do its work, and what it last did",
  usage: ["health [--format <format>]"],
  description: "Asks the running app.",
  options: { format: { choices: ["text", "json"], description: "output (default text)" } },
  noPaths: "it takes no arguments",
  examples: ["health", "health --format json"],
  exit: { success: "the app can do its work", findings: "the app has problems" },
  run: async ({ options: { format } }, terminal) => {
    const found = await appAt(terminal).health();
    terminal.out(format === "json" ? `${toSafeJson(found, 2)}\n` : print(found));
    return found.status === "ok" ? exitCodes.success : exitCodes.findings;
  },
});

/** An app whose settings are not usable answers with status and problems alone. */
function print({
  status,
  problems,
  ...details
}: Pick<Details, "status" | "problems"> & Partial<Details>): string {
  const {
    mode,
    policy,
    sweeps,
    addressChecks,
    breakers,
    lastEvent,
    sinks,
    warnings = [],
    eventPaths,
  } = details;
  const isUnread = typeof details.stateUnread === "string";
  const shared = (text: string | undefined) => (isUnread ? "could not be read" : text);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["status", status],
    ["mode", mode],
    ["policy", policy === undefined ? undefined : `${policy.name ?? "(does not load)"}, ${hashOf(policy)}`],
    ["last sweep", shared(endOf(sweeps))],
    ["last address check", shared(endOf(addressChecks))],
    ["last event", lastEventOf(lastEvent)],
    ["event paths", shared(paths(eventPaths))],
    ["requests breaker", shared(breaker(breakers?.requests, breakers?.requestsUntil))],
    ["approvals breaker", shared(breaker(breakers?.approvals, breakers?.approvalsUntil))],
    ["revocations budget", shared(budget(breakers))],
    ["events", shared(events(breakers))],
    ["sinks", sinks?.join(", ")],
    ...problems.map((each) => ["problem", each] as const),
    ...warnings.map((each) => ["warning", each] as const),
  ];
  return rows
    .flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(20)}${cleaned(text)}\n`]))
    .join("");
}

/** Each instance knows only the events that it received. */
function lastEventOf(at: string | null | undefined): string | undefined {
  if (at === undefined) return undefined;
  return at === null ? "none since this instance started" : `${at}, on the instance that answered`;
}

/** As much of it as the dashboard shows. */
function hashOf({ hash }: Details["policy"]): string {
  return `hash ${hash.slice(0, 12)}`;
}

function endOf(run: Details["sweeps"] | undefined): string | undefined {
  if (run === undefined) return undefined;
  return run === null ? "never" : (run.endedAt ?? `running since ${run.startedAt}`);
}

function paths(found: Details["eventPaths"] | undefined): string | undefined {
  if (found === undefined) return undefined;
  if (found === null) return "not known before the first address check, which reads them";
  const { subscriptions, absent, unknown } = found;
  if (absent + unknown === 0) return `complete for ${counted(subscriptions, "subscription")}`;
  const wrong = [
    ...(absent === 0 ? [] : [`${absent} missing`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ];
  return `of ${counted(subscriptions, "subscription")}: ${wrong.join(", ")}; drawbridge doctor says which, and why`;
}

/** An older app does not say until when. */
function breaker(openSince: string | null | undefined, until: string | null | undefined): string | undefined {
  if (openSince === undefined) return undefined;
  if (openSince === null) return "closed";
  const end = until === null || until === undefined ? "" : `, until ${until} at the earliest`;
  return `open since ${openSince}${end}; drawbridge held counts what waits for either breaker`;
}

/**
 * Says nothing while there is a permit for each revocation. What waits is not counted: it may wait for longer than a
 * sweep.
 */
function budget(breakers: Details["breakers"] | undefined): string | undefined {
  const refused = breakers?.revocationsRefused ?? 0;
  return refused === 0
    ? undefined
    : `used up until the next sweep; tries refused since the last one began: ${refused}`;
}

/** Says nothing while events arrive. */
function events(breakers: Details["breakers"] | undefined): string | undefined {
  if (breakers === undefined || breakers.eventsMissing === null) return undefined;
  // An older app does not name the services.
  const services = (breakers.eventsMissingFrom as readonly string[] | undefined) ?? [];
  const of = services.length === 0 ? "" : ` of ${services.join(", ")}`;
  return `missing since ${breakers.eventsMissing}${of}; doctor shows what is wrong with the event paths`;
}
