import type { Answer } from "../functions/http/answers.ts";
import { toSafeJson } from "../lib/json.ts";
import { appAt } from "./app.ts";
import { defineCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { cleaned, printTable } from "./rows.ts";
import { andMore } from "../lib/truncate-list.ts";

type Found = Answer<"Doctor">;
type Right = Found["rights"][number];

export const doctor = defineCommand({
  name: "doctor",
  summary: "show which rights, settings and event paths a deployed app lacks",
  usage: ["doctor [--all] [--format <format>]"],
  description: `Asks the running app, which tries each right of its two roles with its own identity: it reads one resource of each kind in
each governed subscription, and in some of the requesters' subscriptions. It changes nothing on Azure; whether it may approve
is seen from what came of its last write. It also tries its rights on its state's storage, and leaves nothing behind there. Its
rights on the host's storage account, the alert topic and Application Insights are not tried. This takes up to a minute. A right is "not testable" where there was nothing to read. Where a setting is not usable, only the
problems of the settings are shown.`,
  options: {
    all: { description: "also rights that the app has" },
    format: { choices: ["table", "json"], description: "output (default table)" },
  },
  noPaths: "the app knows what it governs",
  examples: ["doctor", "doctor --format json"],
  exit: {
    success: "nothing that was tried is missing, and the app has no problem",
    findings: "something is missing, the app has a problem, or there was no time to find out",
  },
  run: async ({ options: { all, format } }, terminal) => {
    terminal.err("the app tries its rights; this takes up to a minute ...\n");
    const found = await appAt(terminal).doctor();
    terminal.out(format === "json" ? `${toSafeJson(found, 2)}\n` : print(found, all, terminal.width));
    return found.status === "ok" ? exitCodes.success : exitCodes.findings;
  },
});

function print(found: Found, all: boolean, width: number | undefined): string {
  const { problems, warnings, rights, storage, notReached } = found;
  const shown = rights.filter(({ state }) => all || state !== "ok");
  const tried = [...rights, ...storage];
  return [
    section("Problems", problems.map(cleaned)),
    section("Warnings", warnings.map(cleaned)),
    section("Rights on the app's own resources", storageLines(storage, all)),
    section("Sinks that do not accept alerts", found.sinks.map(sinkLine).map(cleaned)),
    section("Event paths", eventPathLines(found.eventPaths).map(cleaned)),
    shown.length === 0
      ? ""
      : printTable(shown.map(row), ["state", "action", "subscription", "detail"], width),
    section("Missing rights", missingLines(rights)),
    section("No time was left for these subscriptions", notReached.map(cleaned)),
    `${countOf(tried, "ok")} of ${tried.length} rights were tried and are there; ${countOf(tried, "missing")} missing, ` +
      `${countOf(tried, "not testable")} not testable\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `${title}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

const countOf = (rights: readonly Pick<Right, "state">[], wanted: Right["state"]) =>
  rights.filter(({ state }) => state === wanted).length;

function row({ state, action, subscription, detail }: Right) {
  return { state, action, subscription, detail };
}

function sinkLine({ name, givenUp, reportedAt }: Found["sinks"][number]): string {
  return `${name}: ${givenUp} alerts were given up, last reported at ${reportedAt}`;
}

/** Those that are not there and those that could not be tried, or all of them. */
function storageLines(storage: Found["storage"], all: boolean): string[] {
  return storage
    .filter(({ state }) => all || state !== "ok")
    .flatMap(({ what, role, state, detail, grant }) => [
      cleaned(`${state}: ${what} (${role}): ${detail}`),
      ...(grant === undefined ? [] : [`  ${cleaned(grant)}`]),
    ]);
}

function eventPathLines(paths: Found["eventPaths"]): string[] {
  if (paths === null) return ["not read yet: the first address check reads them"];
  const { readAt, subscriptions, present, absent, unknown, problems } = paths;
  if (present === subscriptions) return [];
  const more = absent + unknown - problems.length;
  const found = [
    ...(absent === 0 ? [] : [`events of ${absent} of ${subscriptions} subscriptions do not arrive`]),
    ...(unknown === 0
      ? []
      : [`whether events of ${unknown} of ${subscriptions} subscriptions arrive is unknown`]),
  ];
  return [
    `${found.join("; ")} (read at ${readAt}):`,
    ...problems.map(({ subscription, state, reason }) => `${subscription} ${state}: ${reason}`),
    ...andMore(more),
    "Where no event arrives, sweeps find the requests, later.",
    ...(absent === 0
      ? []
      : ["Deploy infra/events with the output of: drawbridge events --format parameters"]),
  ];
}

/** What each missing action is for, and how it is granted: once for each action and subscription. */
function missingLines(rights: readonly Right[]): string[] {
  return rights
    .filter(({ state }) => state === "missing")
    .flatMap(({ action, role, reason, grant = "", subscription }) => [
      cleaned(`${action} in ${subscription} (${role})`),
      `  for: ${cleaned(reason)}`,
      `  ${cleaned(grant)}`,
    ]);
}
