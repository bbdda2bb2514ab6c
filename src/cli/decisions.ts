import { toSafeJson } from "../lib/json.ts";
import { plusMs } from "../lib/clock.ts";
import { verdictKinds } from "../lib/policy/evaluate/verdict.ts";
import { appAt, type Entry } from "./app.ts";
import { defineCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { firstOf, pageOf, printList, rangeOptions, topOption } from "./listing.ts";
import type { Rows } from "./rows.ts";

const columns = ["at", "id", "kind", "connection", "what", "person", "verdict", "ends", "actor", "reason"];
/** Columns that were added later are the last ones, so that a script finds the others where they were. */
const csvColumns = ["at", "id", "kind", "connection", "what", "ends", "actor", "reason", "person", "verdict"];

export const decisions = defineCommand({
  name: "decisions",
  summary: "show or export decisions with their outcomes",
  usage: [
    "decisions [--service <name>] [--connection <name>] [--kind <kind>] [--verdict <verdict>] [--last <duration>] [--top <count>]",
    "decisions [--service <name>] --format jsonl",
  ],
  description:
    "Asks the running app; newest first. WHAT is what was decided; PERSON is who decided it instead of the policy; VERDICT and --verdict are the policy's, or hold where a breaker keeps an approval waiting. A service or connection is named by its ARM id, or by its name where only one has it. table is for people and shortens names; every other format has whole ids. jsonl has one whole entry a line, chain by chain, which drawbridge verify reads; json has what drawbridge explain --facts reads.",
  options: {
    service: { value: "<name>", description: "only of this service: apim-orders, or its ARM id" },
    connection: {
      value: "<name>",
      description: "only of this connection: apim-orders/pe-payments, or its ARM id",
    },
    kind: { choices: ["decision", "outcome", "adoption", "archival"], description: "kind of entries" },
    verdict: {
      choices: verdictKinds,
      description:
        "policy's verdict, also where a person decided otherwise; hold where a breaker keeps an approval waiting",
    },
    ...rangeOptions,
    ...topOption,
    format: { choices: ["table", "json", "jsonl", "csv"], description: "output (default table)" },
  },
  noPaths: "name a service with --service",
  examples: [
    "decisions --last 24h",
    "decisions --verdict hold --from 2026-12-01T00:00:00Z --format csv",
    "decisions --connection apim-orders/pe-payments --format json",
    "decisions --service apim-orders --format jsonl > decisions.jsonl",
  ],
  exit: { success: "the entries were printed" },
  run: async ({ options: { format, top, ...filter } }, terminal) => {
    const app = appAt(terminal);
    if (format === "jsonl") {
      // Written as they arrive: an export may be larger than memory.
      const entries = app.decisions({ ...filter, top: pageOf(top, format), order: "chain" });
      for await (const entry of firstOf(entries, top)) terminal.out(`${toSafeJson(entry)}\n`);
      return exitCodes.success;
    }
    const items = app.decisions({ ...filter, top: pageOf(top, format) });
    await printList(
      { items, row, columns, csvColumns, empty: "no decisions match" },
      { format, top },
      terminal,
    );
    return exitCodes.success;
  },
});

/** When the approval that was decided ends: the time that a person gave, or after what the policy gives. */
function endOf({ at, action, person, verdict }: Entry): string {
  if (action !== "approve") return "";
  if (person !== undefined) return person.until ?? "";
  return verdict?.forMs === undefined ? "" : plusMs(new Date(at), verdict.forMs);
}

/** Where a person decided, the policy's verdict was a hold: what decided are the person and their reason. */
function reasonOf({ person, reason, verdict }: Entry): string | undefined {
  if (person !== undefined) return `${person.by} decided: ${person.reason}`;
  return reason ?? verdict?.reasons.join("; ");
}

function row(entry: Entry): Rows[number] {
  const { at, id, kind, connection, service, verdict, person, phase, state, actor, from, to, blob } = entry;
  const what =
    person?.verdict ?? verdict?.kind ?? [phase, state].filter((part) => part !== undefined).join(" ");
  const moved = blob === undefined ? "" : `${from} to ${to} are in the archive, as ${blob}`;
  return {
    at,
    id,
    kind,
    connection: connection ?? service ?? "",
    what,
    person: person?.by ?? "",
    verdict: verdict?.kind ?? "",
    ends: endOf(entry),
    actor: actor ?? "",
    reason: reasonOf(entry) ?? moved,
  };
}
