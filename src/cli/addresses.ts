import { toSafeJson } from "../lib/json.ts";
import { appAt, type ShownAddresses, type ShownChange } from "./app.ts";
import { given, oneOf, readArguments } from "./arguments.ts";
import { CannotRun, findings, fine, type Command } from "./command.ts";
import { printCsv, printTable, type Rows } from "./rows.ts";

const formats = ["table", "json", "csv"] as const;
type Format = (typeof formats)[number];

export const addresses: Command = {
  name: "addresses",
  summary: "show the addresses of services, what is held to be right, and what drifted",
  usage: `drawbridge addresses [--resource <ARM id>] [--kind public|private|outbound] [--location <region>] [--drifted yes]
drawbridge addresses --history <ARM id>

Asks the running app, at DRAWBRIDGE_URL (default http://127.0.0.1:7071), with the function key in DRAWBRIDGE_KEY.

  --all yes              also kinds that do not apply, and what is vacated, gone or not watched any more
  --history <ARM id>     what changed of one resource, the oldest first
  --format table|json|csv

csv has a line for each address, for scripts that fill allow-lists: resource, service, location, kind, address, is
(current, baseline or both), state. What is unknown stands there as it was seen last; a kind that is not applicable has no
lines. Exits with 0 where all is right, 1 where something has drifted.`,
  run: async (args, terminal) => {
    const names = ["resource", "kind", "location", "drifted", "all", "history", "format"];
    const { paths, options } = readArguments(args, names);
    if (paths.length > 0) throw new CannotRun(`"${paths[0]}" is no option; name a resource with --resource`);
    const format = oneOf("format", options.format, formats) ?? "table";
    const app = appAt(terminal);
    if (options.history !== undefined) {
      terminal.out(printHistory(await app.addressHistory(options.history), format));
      return fine;
    }
    oneOf("kind", options.kind, ["public", "private", "outbound"]);
    const drifted = oneOf("drifted", options.drifted, ["yes"]) === undefined ? {} : { drifted: "true" };
    const all = oneOf("all", options.all, ["yes"]) === "yes";
    const { resource, kind, location } = options;
    const found = await app.addresses({ ...given({ resource, kind, location }), ...drifted });
    const shown = (all ? found : found.filter(concerns)).toSorted(byName);
    terminal.out(print(shown, format));
    return found.some(({ state }) => state === "drifted") ? findings : fine;
  },
};

/** What nobody has to allow anywhere is left out, unless it has something to say. */
function concerns({ state, advice }: ShownAddresses): boolean {
  return (
    ["right", "drifted", "unknown"].includes(state) || (state === "not applicable" && advice !== undefined)
  );
}

function byName(one: ShownAddresses, other: ShownAddresses): number {
  const key = ({ resource, location, kind }: ShownAddresses) =>
    [nameOf(resource), resource, location, kind].join("\n");
  return key(one) < key(other) ? -1 : 1;
}

function print(shown: readonly ShownAddresses[], format: Format): string {
  if (format === "json") return `${toSafeJson(shown, 2)}\n`;
  if (format === "csv") return printCsv(shown.flatMap(lines), csvColumns);
  if (shown.length === 0) return "no addresses are known; the next check may bring some\n";
  return printTable(shown.map(row), ["service", "location", "kind", "current", "baseline", "state"]);
}

const csvColumns = ["resource", "service", "location", "kind", "address", "is", "state"];

function row({ resource, location, kind, current, baseline, state, ...more }: ShownAddresses): Rows[number] {
  return {
    service: nameOf(resource),
    location,
    kind,
    current: current.join(" "),
    baseline: baseline.join(" "),
    state: state + whyOf(more),
  };
}

function whyOf({ drift, unsettled }: Pick<ShownAddresses, "drift" | "unsettled">): string {
  if (drift !== undefined) return ` since ${drift.since}: ${drift.causes[0]?.cause ?? "unknown"}`;
  return unsettled === undefined ? "" : ` since ${unsettled.since}: ${unsettled.why}`;
}

function lines({ resource, location, kind, current, baseline, state }: ShownAddresses): Rows {
  // What was right under another tier is nothing to allow: it may be somebody else's by now.
  if (state === "not applicable") return [];
  return [...new Set([...current, ...baseline])].map((address) => {
    const is = !baseline.includes(address) ? "current" : current.includes(address) ? "both" : "baseline";
    return { resource, service: nameOf(resource), location, kind, address, is, state };
  });
}

function printHistory(changes: readonly ShownChange[], format: Format): string {
  if (format === "json") return `${toSafeJson(changes, 2)}\n`;
  const columns = ["at", "kind", "addresses", "what"];
  const rows = changes.map(({ at, kind, what, actor, reason, addresses: changed = [] }) => ({
    at,
    kind,
    addresses: changed.flatMap(difference).join("; "),
    what: actor === undefined ? what : `${what} (${actor}: ${reason})`,
  }));
  return format === "csv" ? printCsv(rows, columns) : printTable(rows, columns);
}

function difference({
  kind,
  location,
  added,
  removed,
}: NonNullable<ShownChange["addresses"]>[number]): string[] {
  const signed = [...removed.map((each) => `-${each}`), ...added.map((each) => `+${each}`)];
  return signed.length === 0 ? [] : [`${kind} ${location} ${signed.join(" ")}`];
}

function nameOf(resource: string): string {
  return resource.split("/").at(-1) ?? resource;
}
