import { toSafeJson } from "../../lib/json.ts";
import { CannotRun } from "../exit-codes.ts";
import { printCsv } from "../rows.ts";

export const exportFormats = ["text", "csv", "json", "ip-group", "nsg", "terraform"] as const;

/** An address to allow, canonical, and what it belongs to. */
export interface Allowed {
  readonly address: string;
  readonly kind: string;
  readonly location: string;
  readonly resource: string;
}

interface ExportOptions {
  readonly name: string;
  readonly direction: "inbound" | "outbound";
}

/** Azure's limits on one IP group, and on the prefixes of one rule. */
const ipGroupMax = 5_000;
const ruleMax = 4_000;

type Printer = (allowed: readonly Allowed[], options: ExportOptions) => string;

const printers: Readonly<Record<(typeof exportFormats)[number], Printer>> = {
  text: (allowed) =>
    addressesOf(allowed)
      .map((address) => `${address}\n`)
      .join(""),
  csv: (allowed) =>
    printCsv(
      allowed.map((each) => ({ ...each })),
      ["address", "kind", "location", "resource"],
    ),
  json: (allowed) => `${toSafeJson(allowed, 2)}\n`,
  "ip-group": printIpGroup,
  nsg: printRules,
  terraform: (allowed, { name }) =>
    `${toSafeJson({ [`${name.replaceAll(/[^\w]/g, "_")}_addresses`]: addressesOf(allowed) }, 2)}\n`,
};

export function printExport(
  allowed: readonly Allowed[],
  format: (typeof exportFormats)[number],
  options: ExportOptions,
): string {
  return printers[format](allowed, options);
}

function addressesOf(allowed: readonly Allowed[]): readonly string[] {
  return [...new Set(allowed.map(({ address }) => address))];
}

/** An IP group of Azure Firewall, which takes IPv4 alone. */
function printIpGroup(allowed: readonly Allowed[], { name }: ExportOptions): string {
  const ipAddresses = addressesOf(allowed);
  if (ipAddresses.some(isV6))
    throw new CannotRun(
      "an IP group takes no IPv6 addresses, and leaving them out would lock their callers out",
    );
  if (ipAddresses.length > ipGroupMax)
    throw new CannotRun(
      `an IP group takes at most ${ipGroupMax} addresses, and these are ${ipAddresses.length}`,
    );
  return template({
    type: "Microsoft.Network/ipGroups",
    apiVersion: "2024-05-01",
    name,
    location: "[parameters('location')]",
    properties: { ipAddresses },
  });
}

/** A rule has prefixes of one family. */
function printRules(allowed: readonly Allowed[], { name, direction }: ExportOptions): string {
  const addresses = addressesOf(allowed);
  const families = [
    { suffix: "ipv4", prefixes: addresses.filter((each) => !isV6(each)) },
    { suffix: "ipv6", prefixes: addresses.filter(isV6) },
  ].filter(({ prefixes }) => prefixes.length > 0);
  const large = families.find(({ prefixes }) => prefixes.length > ruleMax);
  if (large !== undefined)
    throw new CannotRun(`a rule takes at most ${ruleMax} prefixes, and these are ${large.prefixes.length}`);
  return template(...families.map((family, index) => ruleOf(family, index, { name, direction })));
}

function ruleOf(
  { suffix, prefixes }: { readonly suffix: string; readonly prefixes: readonly string[] },
  index: number,
  { name, direction }: ExportOptions,
) {
  const isInbound = direction === "inbound";
  return {
    type: "Microsoft.Network/networkSecurityGroups/securityRules",
    apiVersion: "2024-05-01",
    name: `[format('{0}/${name}-${suffix}', parameters('networkSecurityGroup'))]`,
    properties: {
      priority: `[add(parameters('priority'), ${index})]`,
      direction: isInbound ? "Inbound" : "Outbound",
      access: "Allow",
      protocol: "Tcp",
      sourcePortRange: "*",
      destinationPortRange: "443",
      ...(isInbound
        ? { sourceAddressPrefixes: prefixes, destinationAddressPrefix: "*" }
        : { sourceAddressPrefix: "*", destinationAddressPrefixes: prefixes }),
    },
  };
}

function template(
  ...resources: readonly { readonly type: string; readonly [more: string]: unknown }[]
): string {
  const isGroup = resources.some(({ type }) => type.endsWith("/ipGroups"));
  return `${toSafeJson(
    {
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      parameters: isGroup
        ? { location: { type: "string", defaultValue: "[resourceGroup().location]" } }
        : { networkSecurityGroup: { type: "string" }, priority: { type: "int", defaultValue: 200 } },
      resources,
    },
    2,
  )}\n`;
}

function isV6(address: string): boolean {
  return address.includes(":");
}
