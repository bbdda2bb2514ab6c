import { canonicalAddress } from "../lib/addresses/model/address.ts";
import { addressKinds } from "../lib/addresses/model/tier.ts";
import { parseServiceId } from "../lib/azure/resource-id.ts";
import { byName, describeUnobserved } from "./addresses.ts";
import { appAt, type AddressSet } from "./app.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { exportFormats, printExport, type Allowed } from "./export/print-export.ts";
import { shortName } from "./listing.ts";
import { cleaned } from "./rows.ts";

export const exportAddresses = defineCommand({
  name: "export",
  summary: "print the addresses to allow right now, for firewalls and scripts",
  usage: ["export [--resource <name>] [--kind <kind>] [--location <region>] [--format <format>]"],
  description: `Asks the running app. Only addresses that a service has now are printed: nothing that it has lost, that drifted away, or that belongs
to an earlier tier. Where the addresses are not as they should be (drifted, or not observable now) or the list lacks those of a
service, stderr names it, and the command exits with 1. An empty list is an error, since an empty allow-list is an outage.
--service-tags adds the prefixes of AzureCloud.<region> for tiers that have no addresses of their own: that is every address of the
region, so that a rule which names the tag itself is better where a firewall can.
ip-group and nsg are ARM templates, which az deployment group create and Bicep's decompiler take; terraform is a file of variables. A rule of nsg is for TCP port 443.`,
  options: {
    resource: {
      value: "<name>",
      description: "service or public IP address resource: apim-orders, or its ARM id (default: all)",
    },
    kind: { choices: addressKinds, description: "kind of addresses" },
    location: { value: "<region>", description: "Azure region" },
    name: {
      value: "<name>",
      description: "name of the IP group or the rule; the variable is <name>_addresses (default drawbridge)",
    },
    direction: {
      choices: ["inbound", "outbound"],
      description: "of the nsg rule: from the addresses, or to them (default inbound)",
    },
    "service-tags": {
      description: "also the prefixes of service tags, for tiers without addresses of their own",
    },
    format: { choices: exportFormats, description: "output (default text)" },
  },
  noPaths: "name a resource with --resource",
  examples: [
    'export --resource "$SERVICE_ID" --kind outbound',
    "export --kind public --format ip-group > ip-group.json",
    "export --format terraform > drawbridge.auto.tfvars.json",
  ],
  exit: {
    success: "the addresses were printed",
    findings: "they were printed, and some are missing or not as they should be",
  },
  run: async ({ options }, terminal) => {
    const { resource, kind, location, name = "drawbridge", direction = "inbound", format = "text" } = options;
    refuseUnused(options, format);
    const app = appAt(terminal);
    const answer = await app.addresses({ resource, location });
    const found = answer.sets.toSorted(byName);
    const unobserved = answer.unobserved.map(describeUnobserved);
    const sets = found.filter((each) => kind === undefined || each.kind === kind);
    const shared = sets.filter(({ advice, state }) => advice !== undefined && state === "not applicable");
    const tags = options["service-tags"] ? await tagsFor(shared, terminal) : [];
    const allowed = [...sets.flatMap(allowedIn), ...tags.flatMap(({ prefixes }) => prefixes)];
    if (allowed.length === 0)
      throw new CannotRun(
        ["there is no address to allow; drawbridge addresses --all says why", ...unobserved]
          .map(cleaned)
          .join("\n"),
      );
    terminal.out(printExport(allowed, format, { name, direction }));
    const problems = [
      ...sets.flatMap(problemOf),
      ...unobserved,
      ...(options["service-tags"] ? tags.flatMap(({ problem }) => problem ?? []) : shared.map(leftOut)),
      ...(kind === "outbound" ? callingFromPublic(found) : []),
    ];
    for (const problem of problems) terminal.err(`${cleaned(problem)}\n`);
    return problems.length === 0 ? exitCodes.success : exitCodes.findings;
  },
});

/** @throws {UsageError} for an option that the format has no use for, or a name that Azure would refuse */
function refuseUnused(
  { name, direction }: { readonly name: string | undefined; readonly direction: string | undefined },
  format: string,
): void {
  if (direction !== undefined && format !== "nsg") throw new UsageError("--direction is for --format nsg");
  if (name !== undefined && !["ip-group", "nsg", "terraform"].includes(format))
    throw new UsageError("--name is for --format ip-group, nsg or terraform");
  if (name !== undefined && !/^[a-z0-9][\w.-]{0,63}$/i.test(name))
    throw new UsageError(
      `--name is "${cleaned(name)}"; it must be at most 64 letters, digits, underscores, periods and hyphens`,
    );
}

/** A set that is vacated, gone, not watched or not applicable has no address to allow. */
function allowedIn({ resource, kind, location, state, current }: AddressSet): Allowed[] {
  if (!["right", "drifted", "unknown"].includes(state)) return [];
  return current.map((text) => {
    const address = canonicalAddress(text);
    if (address === undefined)
      throw new CannotRun(`the app answers with an address that is none: ${cleaned(text)}`);
    return { address, kind, location, resource };
  });
}

interface ExportedTag {
  readonly prefixes: readonly Allowed[];
  readonly problem?: string;
}

/**
 * The prefixes of the tags on which these sets rely: a tag stands for every address that Azure has in a region.
 * @throws {CannotRun} where one of them was never read, since an allow-list without it is an outage
 */
async function tagsFor(sets: readonly AddressSet[], terminal: Terminal): Promise<readonly ExportedTag[]> {
  const regions = new Set(sets.map((each) => each.location));
  if (regions.size === 0) return [];
  const { tags, unread, unreadTags } = await appAt(terminal).serviceTags();
  return [...regions].map((region) => {
    const tag = tags.find((each) => each.region === region);
    const why = unreadTags.find((each) => each.region === region)?.why ?? unread;
    if (tag === undefined)
      throw new CannotRun(
        `the service tag of ${cleaned(region)} was not read yet${why === null ? "" : ` (${cleaned(why)})`}`,
      );
    const prefixes = tag.prefixes.map((address) => ({
      address,
      kind: "service tag",
      location: region,
      resource: tag.name,
    }));
    if (why === null) return { prefixes };
    return {
      prefixes,
      problem: `${tag.name} cannot be read (${why}); its prefixes of an earlier read were printed`,
    };
  });
}

function problemOf({ resource, kind, location, state, current, drift, unsettled }: AddressSet): string[] {
  const what = `${shortName(resource)}: ${kind} in ${location}`;
  const isEmpty = current.length === 0;
  if (state === "drifted")
    return [
      `${what} differs from its baseline since ${drift?.since}; ${isEmpty ? "it has no addresses now, so none were printed" : "what is there now was printed"}`,
    ];
  if (state !== "unknown") return [];
  return [
    `${what} cannot be observed since ${unsettled?.since} (${unsettled?.why}); ${isEmpty ? "no addresses of it are known, so none were printed" : "what was last observed was printed"}`,
  ];
}

function leftOut({ resource, kind, location }: AddressSet): string {
  return `${shortName(resource)}: ${kind} in ${location} was left out: its tier shares the addresses of the region, which --service-tags adds`;
}

/** Without a NAT gateway, a service calls from its public addresses, and has none of the kind outbound. */
function callingFromPublic(sets: readonly AddressSet[]): string[] {
  const printed = sets.filter((set) => allowedIn(set).length > 0);
  const withOutbound = new Set(printed.filter(({ kind }) => kind === "outbound").map(placeOf));
  return printed
    .filter((set) => set.kind === "public" && isService(set) && !withOutbound.has(placeOf(set)))
    .map(
      ({ resource, location }) =>
        `${shortName(resource)}: without a NAT gateway it calls from its public addresses in ${location}, which were left out; run it without --kind`,
    );
}

function isService({ resource }: AddressSet): boolean {
  return parseServiceId(resource) !== undefined;
}

function placeOf({ resource, location }: AddressSet): string {
  return `${resource}\n${location}`;
}
