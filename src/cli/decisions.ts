import { toSafeJson } from "../lib/json.ts";
import { appAt, gathered, type ShownEntry } from "./app.ts";
import { given, oneOf, readArguments } from "./arguments.ts";
import { CannotRun, fine, type Command } from "./command.ts";
import { printCsv, printTable, type Rows } from "./rows.ts";

const columns = ["at", "id", "kind", "connection", "what", "actor", "reason"];

export const decisions: Command = {
  name: "decisions",
  summary: "show or export what was decided, on what, and what became of it",
  usage: `drawbridge decisions [--service <ARM id>] [--connection <ARM id>] [--kind decision|outcome|adoption|archival]
                     [--verdict approve|reject|hold] [--from <instant>] [--to <instant>] [--format table|json|jsonl|csv]

Asks the running app, at DRAWBRIDGE_URL (default http://127.0.0.1:7071), with the function key in DRAWBRIDGE_KEY.

  --format table   for people, with short names; every other format has whole ids
  --format jsonl   an entry a line, whole: what drawbridge verify takes
  --format csv     for spreadsheets; nothing in it is taken for a formula
  --from, --to     such as 2026-12-01T00:00:00Z; --to itself is not included`,
  run: async (args, terminal) => {
    const names = ["service", "connection", "kind", "verdict", "from", "to", "format"];
    const { paths, options } = readArguments(args, names);
    if (paths.length > 0) throw new CannotRun(`"${paths[0]}" is no option; name a service with --service`);
    const { format: named, ...filter } = options;
    const format = oneOf("format", named, ["table", "json", "jsonl", "csv"]) ?? "table";
    const entries = appAt(terminal).decisions(given(filter));
    if (format === "jsonl") {
      // Written as they come: an export may be larger than memory.
      for await (const entry of entries) terminal.out(`${toSafeJson(entry)}\n`);
      return fine;
    }
    const all = await gathered(entries);
    if (format === "json") terminal.out(`${toSafeJson(all, 2)}\n`);
    else if (format === "csv") terminal.out(printCsv(all.map(row), columns));
    else if (all.length === 0) terminal.out("nothing was decided yet, as far as was asked for\n");
    else terminal.out(printTable(all.map(row).map(short), columns));
    return fine;
  },
};

/** As people name it: the service and the connection, without what Azure puts behind its name to tell it from others. */
function short({ connection = "", ...rest }: Rows[number]): Rows[number] {
  const [service = "", name] = connection.split(/\/privateEndpointConnections\//i);
  const of = service.split("/").at(-1) ?? "";
  return { ...rest, connection: name === undefined ? of : `${of}/${name.split(".")[0]}` };
}

function row(entry: ShownEntry): Rows[number] {
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
