import { nextAddress } from "../estate/next-address.ts";
import type {
  AdditionalLocation,
  LocationProperties,
  Service,
  ServiceProperties,
  World,
} from "../estate/world.ts";

/** Tiers whose services share addresses with other customers, and show none of their own. */
const sharedTiers = ["Consumption", "BasicV2", "StandardV2", "PremiumV2"];

/** The part of a service that its addresses depend on. */
export interface AddressInputs {
  readonly zones: readonly string[];
  readonly sku: Service["sku"];
  readonly properties: ServiceProperties;
}

/**
 * The properties of a service after a change, with the addresses that it has then. As Azure documents, a location gets
 * new addresses when its virtual network, mode, subnet, zones, public IP resource or platform version changes, or when
 * it is added. As users report, private addresses also change with hostnames.
 */
export function withAddresses(world: World, before: AddressInputs, after: AddressInputs): ServiceProperties {
  const mode = after.properties.virtualNetworkType;
  const modeChanged = before.properties.virtualNetworkType !== mode;
  const hostnamesChanged = differ(
    before.properties.hostnameConfigurations,
    after.properties.hostnameConfigurations,
  );
  const readdressed = <P extends LocationProperties & { readonly zones?: readonly string[] }>(
    was: P | undefined,
    is: P,
  ): P => withPlaceAddresses(world, was, is, { mode, modeChanged, hostnamesChanged, tier: after.sku.name });
  const [was, is] = [
    { ...before.properties, zones: before.zones },
    { ...after.properties, zones: after.zones },
  ];
  const { zones: _, ...own } = readdressed(was, is);
  const others = after.properties.additionalLocations?.map((each) =>
    readdressed(locationIn(before.properties, each.location), each),
  );
  return { ...own, additionalLocations: others ?? null };
}

function locationIn(
  { additionalLocations }: ServiceProperties,
  location: string,
): AdditionalLocation | undefined {
  return additionalLocations?.find((each) => each.location === location);
}

/** What the change does to the service as a whole. */
interface ServiceChange {
  readonly mode: string;
  readonly modeChanged: boolean;
  readonly hostnamesChanged: boolean;
  readonly tier: string;
}

function withPlaceAddresses<P extends LocationProperties & { readonly zones?: readonly string[] }>(
  world: World,
  was: P | undefined,
  is: P,
  { mode, modeChanged, hostnamesChanged, tier }: ServiceChange,
): P {
  const moves =
    was === undefined ||
    modeChanged ||
    differ(was.zones ?? [], is.zones ?? []) ||
    differ(was.virtualNetworkConfiguration, is.virtualNetworkConfiguration) ||
    differ(was.publicIpAddressId, is.publicIpAddressId) ||
    differ(was.platformVersion, is.platformVersion);
  const own = is.publicIpAddressId ?? "";
  const given = world.publicIps.get(own.toLowerCase())?.address;
  const publicAddress = given ?? nextAddress(world, "public");
  const publicIPAddresses = sharedTiers.includes(tier)
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
        : moves || hostnamesChanged
          ? [nextAddress(world, "private")]
          : was.privateIPAddresses,
    outboundPublicIPAddresses: outbound(world, was, { ...is, publicIPAddresses }),
  };
}

/** With a NAT gateway an address of its own; otherwise, as recorded, the public address on stv2 and none before it. */
function outbound(
  world: World,
  was: LocationProperties | undefined,
  is: LocationProperties,
): LocationProperties["outboundPublicIPAddresses"] {
  if (is.natGatewayState !== "Enabled")
    return is.platformVersion?.startsWith("stv2") === true ? (is.publicIPAddresses ?? null) : null;
  return was?.natGatewayState === "Enabled"
    ? (was.outboundPublicIPAddresses ?? null)
    : [`${nextAddress(world, "public")}/32`];
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) !== JSON.stringify(other ?? null);
}
