import { toSafeJson } from "../../lib/json.ts";
import { shortName } from "../listing.ts";
import { cleaned, printCsv, printTable, type Rows } from "../rows.ts";
import { placeOf, printAction, type Plan, type PlanRow } from "./plan-row.ts";
import { printSarif } from "./sarif.ts";

export const planFormats = ["table", "json", "csv", "markdown", "sarif"] as const;

const printers: Readonly<
  Record<(typeof planFormats)[number], (plan: Plan, width: number | undefined) => string>
> = {
  table: printForPeople,
  json: printJson,
  csv: (plan) => printCsv(plan.rows.map(row), columnsOf(plan)),
  markdown: printMarkdown,
  sarif: printSarif,
};

/** A table fits into a terminal of that width, where there is one. */
export function printPlan(plan: Plan, format: (typeof planFormats)[number], width?: number): string {
  return printers[format](plan, width);
}

function columnsOf({ against }: Plan): string[] {
  return ["connection", "state", "action", ...(against === undefined ? [] : ["before"]), "rule", "reason"];
}

function row({ connection, state, action, before, rule, reasons }: PlanRow): Rows[number] {
  return {
    connection,
    state,
    action,
    before: before === undefined ? "" : printAction(before),
    rule: rule ?? "",
    reason: reasons.join("; "),
  };
}

function printForPeople(plan: Plan, width: number | undefined): string {
  const rows = plan.rows.map((each) => ({ ...row(each), connection: shortName(each.connection) }));
  const table = rows.length === 0 ? "" : `${printTable(rows, columnsOf(plan), width)}\n`;
  return `${table}${summaryOf(plan)}\n${limitsOf(plan)}`;
}

const wouldBe: Readonly<Record<PlanRow["action"], string>> = {
  approve: "approved",
  reject: "rejected",
  hold: "held",
  revoke: "revoked",
  recertify: "asked to be recertified",
  keep: "left as it is",
};

/** `10 services were read; 1 would be approved, 1 held`. */
function summaryOf({ rows, services, against }: Plan): string {
  const counts = Object.entries(wouldBe).flatMap(([action, what]) => {
    const count = rows.filter((each) => each.action === action).length;
    return count === 0 ? [] : [{ count, what }];
  });
  const [first, ...others] = counts;
  const of = `${services} ${services === 1 ? "service was" : "services were"} read`;
  if (first === undefined)
    return `${of}: ${against === undefined ? "nothing would be done" : "nothing differs"}`;
  const differing = against === undefined ? "" : `differing from ${against.name}, `;
  const listed = [
    `${first.count} would be ${first.what}`,
    ...others.map(({ count, what }) => `${count} ${what}`),
  ];
  return `${of}; ${differing}${listed.join(", ")}`;
}

/** What the app may do later than the plan says. */
const notSimulated =
  "the breakers and rate limits of the app: what is over DRAWBRIDGE_MAX_REQUESTS_PER_HOUR or DRAWBRIDGE_MAX_APPROVALS_PER_HOUR waits, and is done later";

function limitsOf({ rows }: Plan): string {
  return rows.length === 0 ? "" : `not simulated: ${notSimulated}\n`;
}

function printJson(plan: Plan): string {
  const { policy, against, services, rows, unread } = plan;
  const body = {
    policy: { name: policy.name },
    against: against === undefined ? null : { name: against.name },
    services,
    connections: rows.map((each) => ({ ...each, place: placeOf(each, policy) })),
    unread,
    notSimulated: [notSimulated],
  };
  return `${toSafeJson(body, 2)}\n`;
}

/** For the comment on a pull request. */
function printMarkdown(plan: Plan): string {
  const { policy, unread } = plan;
  const columns = columnsOf(plan);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const rows = plan.rows.map(row).map((each) => line(columns.map((name) => markdownText(each[name] ?? ""))));
  const table =
    rows.length === 0 ? "" : `\n${line(columns)}${line(columns.map(() => "---"))}${rows.join("")}`;
  const limits = plan.rows.length === 0 ? "" : `\n${markdownText(limitsOf(plan))}\n`;
  const lacking = unread.map((each) => `- ${markdownText(each)}\n`).join("");
  return (
    `**${markdownText(policy.name)}**: ${markdownText(summaryOf(plan))}\n${table}${limits}` +
    (lacking === "" ? "" : `\nThe plan lacks what could not be read:\n\n${lacking}`)
  );
}

/** Text in which a requester's choice cannot become a link, a mention, HTML or another cell. */
function markdownText(text: string): string {
  const escaped = cleaned(text).replaceAll(/[\\`*_{}[\]()#+!|~<>&]/g, (each) => `&#${each.charCodeAt(0)};`);
  // A word joiner keeps GitHub from reading a mention, an issue or an address.
  return escaped.replaceAll(/@|:\/\/|www\./gi, (each) => `${each[0]}\u2060${each.slice(1)}`);
}
