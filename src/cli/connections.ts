import type { Answer } from "../functions/http/answers.ts";
import { connectionWaits, approvalEnds, phases } from "../lib/connections/record/connection-record.ts";
import { verdictKinds } from "../lib/policy/evaluate/verdict.ts";
import { toSafeJson } from "../lib/json.ts";
import { sanitizeText } from "../lib/sanitize-text.ts";
import { appAt } from "./app.ts";
import { defineCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { pageOf, printList, rangeOptions, shortName, topOption } from "./listing.ts";
import { cleaned, printCsv, printTable, type Rows } from "./rows.ts";
import { currentReason } from "./current-status.ts";

type Connection = Answer<"Connection">;

const columns = [
  "at",
  "connection",
  "phase",
  "state",
  "verdict",
  "person",
  "decided",
  "rule",
  "ends",
  "reason",
];
/** Columns that were added later are the last ones, so that a script finds the others where they were. */
const csvColumns = [
  "at",
  "connection",
  "phase",
  "verdict",
  "rule",
  "ends",
  "reason",
  "state",
  "person",
  "decided",
  "requester",
  "endpoint",
  "message",
];
/** As much of a requester's message as a table has room for. */
const messageMax = 40;
const formats = ["table", "json", "csv"] as const;
const service = { value: "<name>", description: "only of this service: apim-orders, or its ARM id" } as const;
const subscription = {
  value: "<id>",
  description: "only of services in this subscription",
} as const;

export const connections = defineCommand({
  name: "connections",
  summary: "list private endpoint connections with their phase and their last verdict",
  usage: [
    "connections [--service <name>] [--connection <name>] [--subscription <id>] [--requester <id>] [--phase <phase>] [--verdict <verdict>] [--rule <name>] [--end <how>] [--wait <for>] [--last <duration>]",
  ],
  description:
    "Asks the running app; newest first, by the time of the last decision, or of being first seen where there is none. --last, --from and --to are about that time too. STATE is that on Azure. VERDICT and --verdict are the policy's, or hold where a breaker keeps an approval waiting; PERSON is who decided instead, DECIDED what. table is for people and shortens names; every other format has whole ids.",
  options: {
    service,
    connection: {
      value: "<name>",
      description:
        "only this one: apim-orders/pe-payments, pe-payments where only one has that name, or its ARM id",
    },
    subscription,
    requester: { value: "<id>", description: "only of endpoints in this subscription" },
    phase: { choices: phases, description: "progress of the connection" },
    verdict: {
      choices: verdictKinds,
      description:
        "policy's verdict, also where a person decided otherwise; hold where a breaker keeps an approval waiting",
    },
    rule: { value: "<name>", description: "rule that decided" },
    end: {
      choices: approvalEnds,
      description: "approvals that end at a time, or whose revocation is announced",
    },
    wait: { choices: connectionWaits, description: "what it waits for, such as a breaker that is open" },
    ...rangeOptions,
    ...topOption,
    format: { choices: formats, description: "output (default table)" },
  },
  noPaths: "name a service with --service",
  examples: [
    "connections --phase Failed --last 24h",
    "connections --service apim-orders --format csv",
    "connections --wait breaker",
    "connections --requester 11111111-1111-4111-8111-111111111111 --verdict reject",
  ],
  exit: { success: "the connections were printed" },
  run: async ({ options: { format, top, ...filter } }, terminal) => {
    const items = appAt(terminal).connections({ ...filter, top: pageOf(top, format) });
    await printList(
      { items, row, columns, csvColumns, empty: "no connections match" },
      { format, top },
      terminal,
    );
    return exitCodes.success;
  },
});

export const held = defineCommand({
  name: "held",
  summary: "list what waits for a person",
  usage: [
    "held [--service <name>] [--subscription <id>] [--last <duration>] [--from <instant>] [--to <instant>]",
  ],
  description:
    "Asks the running app; newest first, by the time of the last decision. --last, --from and --to are about that time, and about what is counted too. What is held only until a change window opens, because the mode applies nothing, or by a breaker, is counted and not listed; so is what a person approved while the approvals breaker is open. REQUESTER is the subscription of the private endpoint, and MESSAGE what the requester wrote, of which csv has all.",
  options: {
    service,
    subscription,
    ...rangeOptions,
    format: { choices: formats, description: "output (default table)" },
  },
  noPaths: "name a service with --service",
  examples: ["held", "held --last 24h", "held --service apim-orders --format json"],
  exit: {
    success: "nothing that was asked for waits for a person",
    findings: "connections wait for a person",
  },
  run: async ({ options: { format = "table", ...filter } }, terminal) => {
    const found = await appAt(terminal).held(filter);
    if (format === "json") terminal.out(`${toSafeJson(found, 2)}\n`);
    else if (format === "csv") terminal.out(printCsv(found.held.map(row), csvColumns));
    else
      terminal.out(
        printHeld(
          found,
          Object.values(filter).some((each) => each !== undefined),
          terminal.width,
        ),
      );
    return found.held.length === 0 ? exitCodes.success : exitCodes.findings;
  },
});

function printHeld(
  { held: found, waitingForWindow, waitingForMode, waitingForBreaker }: Answer<"Held">,
  isNarrowed: boolean,
  width: number | undefined,
): string {
  const rows = found.map(row).map(({ connection = "", message = "", ...rest }) => ({
    ...rest,
    connection: shortName(connection),
    message: sanitizeText(cleaned(message).replaceAll(/\s+/g, " "), messageMax),
  }));
  const table =
    rows.length === 0
      ? `nothing ${isNarrowed ? "of this " : ""}waits for a person\n`
      : printTable(rows, ["at", "connection", "requester", "message", "rule", "reason"], width);
  const others = [
    ...(waitingForWindow === 0 ? [] : [`waiting for a change window: ${waitingForWindow}`]),
    ...(waitingForMode === 0 ? [] : [`waiting for the mode: ${waitingForMode}`]),
    ...(waitingForBreaker === 0
      ? []
      : [
          `waiting for a breaker: ${waitingForBreaker} (drawbridge health says which; connections --wait breaker lists them)`,
        ]),
  ];
  return table + others.map((line) => `${line}\n`).join("");
}

/** The end that comes first: of the approval's term, or by an announced revocation. */
function endOf({ term, revocation }: Pick<Connection, "term" | "revocation">): string {
  const [first] = [
    ...(term === undefined ? [] : [{ at: term.until, how: "" }]),
    ...(revocation === undefined ? [] : [{ at: revocation.dueAt, how: " (revocation)" }]),
  ].toSorted((one, other) => (one.at < other.at ? -1 : 1));
  return first === undefined ? "" : first.at + first.how;
}

const subscriptionOf = /^\/subscriptions\/([^/]+)/i;

function row(of: Connection): Rows[number] {
  const { connection, phase, state = "", verdict = "", person, rule = "", decidedAt, firstSeenAt } = of;
  const { endpointId: endpoint = "", message = "" } = of;
  const at = decidedAt ?? firstSeenAt;
  return {
    at,
    connection,
    phase,
    state,
    verdict,
    person: person?.by ?? "",
    decided: person?.verdict ?? "",
    rule,
    ends: endOf(of),
    reason: currentReason(of),
    requester: subscriptionOf.exec(endpoint)?.[1] ?? "",
    endpoint,
    message,
  };
}
