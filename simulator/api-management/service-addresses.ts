import { nextAddress } from "../network/addresses.ts";
import type { AdditionalLocation, Place, Service, ServiceProperties, World } from "../estate/world.ts";

/** These share their addresses with others, and show none of their own. */
const shared = ["Consumption", "BasicV2", "StandardV2", "PremiumV2"];

/** A service as its owner wants it to be: what addresses depend on. */
export interface Wanted {
  readonly zones: readonly string[];
  readonly sku: Service["sku"];
  readonly properties: ServiceProperties;
}

/**
 * The addresses of a service after a change, as Azure documents that they change: with its virtual network, mode, subnet,
 * zones, public IP resource or platform in a location, and in a location that it came to; the private ones with its
 * hostnames too, as users report.
 */
export function withAddresses(world: World, before: Wanted, after: Wanted): ServiceProperties {
  const mode = after.properties.virtualNetworkType;
  const everywhere = before.properties.virtualNetworkType !== mode;
  const hostnames = differ(before.properties.hostnameConfigurations, after.properties.hostnameConfigurations);
  const renewed = <P extends Place & { readonly zones?: readonly string[] }>(was: P | undefined, is: P): P =>
    place(world, was, is, { mode, everywhere, hostnames, tier: after.sku.name });
  const [was, is] = [
    { ...before.properties, zones: before.zones },
    { ...after.properties, zones: after.zones },
  ];
  const { zones: _, ...own } = renewed(was, is);
  const others = after.properties.additionalLocations?.map((each) =>
    renewed(locationIn(before.properties, each.location), each),
  );
  return { ...own, additionalLocations: others ?? null };
}

function locationIn(
  { additionalLocations }: ServiceProperties,
  location: string,
): AdditionalLocation | undefined {
  return additionalLocations?.find((each) => each.location === location);
}

interface Around {
  readonly mode: string;
  readonly everywhere: boolean;
  readonly hostnames: boolean;
  readonly tier: string;
}

function place<P extends Place & { readonly zones?: readonly string[] }>(
  world: World,
  was: P | undefined,
  is: P,
  { mode, everywhere, hostnames, tier }: Around,
): P {
  const moves =
    was === undefined ||
    everywhere ||
    differ(was.zones ?? [], is.zones ?? []) ||
    differ(was.virtualNetworkConfiguration, is.virtualNetworkConfiguration) ||
    differ(was.publicIpAddressId, is.publicIpAddressId) ||
    differ(was.platformVersion, is.platformVersion);
  const own = is.publicIpAddressId ?? "";
  const given = world.publicIps.get(own.toLowerCase())?.address;
  const publicAddress = given ?? nextAddress(world, "public");
  const publicIPAddresses = shared.includes(tier)
    ? null
    : moves
      ? [publicAddress]
      : (was.publicIPAddresses ?? null);
  return {
    ...is,
    publicIPAddresses,
    privateIPAddresses:
      mode !== "Internal"
        ? null
        : moves || hostnames
          ? [nextAddress(world, "private")]
          : was.privateIPAddresses,
    outboundPublicIPAddresses: outbound(world, was, { ...is, publicIPAddresses }),
  };
}

/** By a NAT gateway of its own; else stv2 goes out by the public address, as recorded, and says so. */
function outbound(world: World, was: Place | undefined, is: Place): Place["outboundPublicIPAddresses"] {
  if (is.natGatewayState !== "Enabled")
    return is.platformVersion?.startsWith("stv2") === true ? (is.publicIPAddresses ?? null) : null;
  return was?.natGatewayState === "Enabled"
    ? (was.outboundPublicIPAddresses ?? null)
    : [`${nextAddress(world, "public")}/32`];
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) !== JSON.stringify(other ?? null);
}
