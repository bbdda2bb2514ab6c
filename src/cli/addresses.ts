import { addressKinds } from "../lib/addresses/model/tier.ts";
import { toSafeJson } from "../lib/json.ts";
import { appAt, type AddressSet, type AddressChange, type Unobserved } from "./app.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { shortName } from "./listing.ts";
import { cleaned, printCsv, printTable, type Rows } from "./rows.ts";

const formats = ["table", "json", "csv"] as const;
type Format = (typeof formats)[number];

export const addresses = defineCommand({
  name: "addresses",
  summary: "show current addresses, their baselines and their drift",
  usage: [
    "addresses [--resource <name>] [--kind <kind>] [--location <region>] [--drifted] [--all]",
    "addresses --history <name>",
  ],
  description: `Asks the running app. csv has a line for each address, for scripts that fill allow-lists: resource, service, location, kind,
address, is (current, baseline or both), state. Unknown addresses are listed as they were last observed; a kind that does not
apply has no lines. drawbridge export prints only what is to be allowed now. An unknown resource or location is an error.
stderr names the services whose addresses were not observed yet.`,
  options: {
    resource: {
      value: "<name>",
      description: "service or public IP address resource: apim-orders, or its ARM id",
    },
    kind: { choices: addressKinds, description: "kind of addresses" },
    location: { value: "<region>", description: "Azure region" },
    drifted: { description: "only addresses that drifted" },
    all: { description: "also kinds that do not apply, and what is vacated, gone or no longer watched" },
    history: { value: "<name>", description: "changes of one resource, oldest first" },
    format: { choices: formats, description: "output (default table)" },
  },
  noPaths: "name a resource with --resource",
  examples: [
    "addresses --drifted",
    "addresses --kind outbound --format csv",
    'addresses --history "$SERVICE_ID" --format json',
  ],
  exit: { success: "nothing drifted", findings: "addresses drifted" },
  run: async ({ options }, terminal) => {
    const { format = "table", history, drifted, all, resource, kind, location } = options;
    const app = appAt(terminal);
    if (history !== undefined) {
      terminal.out(printHistory(await app.addressHistory(history), format, terminal));
      return exitCodes.success;
    }
    const filter = { resource, kind, location, drifted: drifted ? "true" : undefined };
    const { sets, unobserved } = await app.addresses(filter);
    const shown = (all ? sets : sets.filter(isOfInterest)).toSorted(byName);
    terminal.out(print(shown, format, terminal));
    for (const each of unobserved) terminal.err(`${cleaned(describeUnobserved(each))}\n`);
    return sets.some(({ state }) => state === "drifted") ? exitCodes.findings : exitCodes.success;
  },
});

/** Said beside every list of addresses, which has no set of what was never observed. */
export function describeUnobserved({ resource, since, why, set }: Unobserved): string {
  const what = set === undefined ? "its addresses" : `${set.kind} in ${set.location}`;
  return `${shortName(resource)}: ${what} not observed yet, since ${since} (${why}), and not in the list`;
}

/** Whether somebody has to allow the addresses somewhere, or has to know why they do not apply. */
function isOfInterest({ state, advice }: AddressSet): boolean {
  return (
    ["right", "drifted", "unknown"].includes(state) || (state === "not applicable" && advice !== undefined)
  );
}

/** The order of every list of addresses, which does not depend on the order in which the app answers. */
export function byName(one: AddressSet, other: AddressSet): number {
  const key = ({ resource, location, kind }: AddressSet) =>
    [shortName(resource), resource, location, kind].join("\n");
  return key(one) < key(other) ? -1 : 1;
}

function print(shown: readonly AddressSet[], format: Format, { width }: Pick<Terminal, "width">): string {
  if (format === "json") return `${toSafeJson(shown, 2)}\n`;
  if (format === "csv") return printCsv(shown.flatMap(lines), csvColumns);
  if (shown.length === 0) return "no addresses match, or no check has observed any yet\n";
  return printTable(shown.map(row), ["service", "location", "kind", "current", "baseline", "state"], width);
}

const csvColumns = ["resource", "service", "location", "kind", "address", "is", "state"];

function row({ resource, location, kind, current, baseline, state, ...more }: AddressSet): Rows[number] {
  return {
    service: shortName(resource),
    location,
    kind,
    current: current.join(" "),
    baseline: baseline.join(" "),
    state: state + whyOf(more),
  };
}

function whyOf({ drift, unsettled }: Pick<AddressSet, "drift" | "unsettled">): string {
  if (drift !== undefined) return ` since ${drift.since}: ${drift.causes[0]?.cause ?? "unknown"}`;
  return unsettled === undefined ? "" : ` since ${unsettled.since}: ${unsettled.why}`;
}

function lines({ resource, location, kind, current, baseline, state }: AddressSet): Rows {
  // A baseline of an earlier tier must not be allowed anywhere: Azure may have given its addresses to others.
  if (state === "not applicable") return [];
  return [...new Set([...current, ...baseline])].map((address) => {
    const is = !baseline.includes(address) ? "current" : current.includes(address) ? "both" : "baseline";
    return { resource, service: shortName(resource), location, kind, address, is, state };
  });
}

function printHistory(
  changes: readonly AddressChange[],
  format: Format,
  { width }: Pick<Terminal, "width">,
): string {
  if (format === "json") return `${toSafeJson(changes, 2)}\n`;
  const columns = ["at", "kind", "addresses", "what"];
  const rows = changes.map(({ at, kind, what, actor, reason, addresses: changed = [] }) => ({
    at,
    kind,
    addresses: changed.flatMap(difference).join("; "),
    what: actor === undefined ? what : `${what} (${actor}: ${reason})`,
  }));
  return format === "csv" ? printCsv(rows, columns) : printTable(rows, columns, width);
}

function difference({
  kind,
  location,
  added,
  removed,
}: NonNullable<AddressChange["addresses"]>[number]): string[] {
  const signed = [...removed.map((each) => `-${each}`), ...added.map((each) => `+${each}`)];
  return signed.length === 0 ? [] : [`${kind} ${location} ${signed.join(" ")}`];
}
