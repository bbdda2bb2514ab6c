import { toSafeJson } from "../lib/json.ts";
import { verdictKinds } from "../lib/policy/evaluate/verdict.ts";
import { appAt, gathered, type Entry } from "./app.ts";
import { defineCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { printCsv, printTable, type Rows } from "./rows.ts";

const columns = ["at", "id", "kind", "connection", "what", "actor", "reason"];

export const decisions = defineCommand({
  name: "decisions",
  summary: "show or export decisions with their outcomes",
  usage: [
    "decisions [--service <ARM id>] [--connection <ARM id>] [--kind <kind>] [--verdict <verdict>] [--from <instant>] [--to <instant>]",
  ],
  description:
    "Asks the running app. table is for people and shortens names; every other format has whole ids. jsonl has one whole entry a line, which drawbridge verify reads.",
  options: {
    service: { value: "<ARM id>", description: "only of this service" },
    connection: { value: "<ARM id>", description: "only of this connection" },
    kind: { choices: ["decision", "outcome", "adoption", "archival"], description: "kind of entries" },
    verdict: { choices: verdictKinds, description: "verdict of the decisions" },
    from: { value: "<instant>", description: "earliest instant, such as 2026-12-01T00:00:00Z" },
    to: { value: "<instant>", description: "latest instant, exclusive" },
    format: { choices: ["table", "json", "jsonl", "csv"], description: "output (default table)" },
  },
  noPaths: "name a service with --service",
  examples: [
    "decisions --verdict hold --from 2026-12-01T00:00:00Z",
    'decisions --service "$SERVICE_ID" --format jsonl > decisions.jsonl',
  ],
  exit: { success: "the entries were printed" },
  run: async ({ options: { format = "table", ...filter } }, terminal) => {
    const entries = appAt(terminal).decisions(filter);
    if (format === "jsonl") {
      // Written as they arrive: an export may be larger than memory.
      for await (const entry of entries) terminal.out(`${toSafeJson(entry)}\n`);
      return exitCodes.success;
    }
    const all = await gathered(entries);
    if (format === "json") terminal.out(`${toSafeJson(all, 2)}\n`);
    else if (format === "csv") terminal.out(printCsv(all.map(row), columns));
    else if (all.length === 0) terminal.out("no decisions match\n");
    else terminal.out(printTable(all.map(row).map(short), columns));
    return exitCodes.success;
  },
});

/** Names of the service and the connection, without the suffix that Azure appends to make connection names unique. */
function short({ connection = "", ...rest }: Rows[number]): Rows[number] {
  const [service = "", name] = connection.split(/\/privateEndpointConnections\//i);
  const of = service.split("/").at(-1) ?? "";
  return { ...rest, connection: name === undefined ? of : `${of}/${name.split(".")[0]}` };
}

function row(entry: Entry): Rows[number] {
  const { at, id, kind, connection, service, verdict, phase, state, actor, reason, from, to, blob } = entry;
  const what = verdict?.kind ?? [phase, state].filter((part) => part !== undefined).join(" ");
  const moved = blob === undefined ? "" : `${from} to ${to} are in the archive, as ${blob}`;
  return {
    at,
    id,
    kind,
    connection: connection ?? service ?? "",
    what,
    actor: actor ?? "",
    reason: reason ?? verdict?.reasons.join("; ") ?? moved,
  };
}
