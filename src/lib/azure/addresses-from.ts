import type { PlaceAnswer, PublicIpAnswer, ServiceAnswer } from "../addresses/azure-addresses.ts";
import { knownRead, mapRead, thenRead, unknownRead, valueOf, type Read } from "../estate/read.ts";
import {
  asEnum,
  asId,
  asInstant,
  asList,
  asName,
  asObject,
  asString,
  asStrings,
  asTags,
  at,
  isNotInAnswer,
  type Decode,
} from "./arm-json.ts";
import { answerAbout } from "./connection-from.ts";
import { defined } from "./defined.ts";
import { parsePublicIpId, parseServiceId, type PublicIpId, type ServiceId } from "./resource-id.ts";
import { asPlatformVersion, asServiceState, asSku, asVirtualNetworkType } from "./service-from.ts";

/** A service in one location: properties of the service for the primary one, members of a list for the others. */
const details = {
  publicAddresses: at("publicIPAddresses", asStrings),
  privateAddresses: at("privateIPAddresses", asStrings),
  outboundAddresses: at("outboundPublicIPAddresses", asStrings),
  publicIpId: at("publicIpAddressId", orNone(asName, "")),
  subnetId: at("virtualNetworkConfiguration.subnetResourceId", asName),
  natGatewayState: at("natGatewayState", asEnum("Enabled", "Disabled", "Unsupported")),
  platformVersion: at("platformVersion", asPlatformVersion),
};
const location = at("location", asName);
const whereabouts = { location, zones: at("zones", orNone(asStrings, [])) };

const asPlace = asObject({ ...whereabouts, ...details });

/** Azure writes null for none (recorded). A missing property is unknown. */
function orNone<T>(decode: Decode<T>, none: T): Decode<T> {
  return (value) => (value === null ? knownRead(none) : decode(value));
}

/** A service tag of the list, which has all of Azure's. */
export const asServiceTag = asObject({
  name: at("name", asName),
  changeNumber: at("properties.changeNumber", asName),
  prefixes: at("properties.addressPrefixes", asStrings),
});

/** A certificate's thumbprint is not secret: every client sees the certificate. */
const hostname = asObject({
  type: at("type", asName),
  name: at("hostName", asName),
  thumbprint: at("certificate.thumbprint", asName),
});

const service = asObject({
  id: at("id", asId(parseServiceId)),
  tags: at("tags", asTags),
  sku: at("sku.name", asSku),
  createdAt: at("properties.createdAtUtc", asInstant),
  provisioningState: at("properties.provisioningState", asServiceState),
  targetProvisioningState: at("properties.targetProvisioningState", asString),
  virtualNetworkType: at("properties.virtualNetworkType", asVirtualNetworkType),
  hostnames: at("properties.hostnameConfigurations", asList(hostname)),
  ...whereabouts,
  details: at("properties", asObject(details)),
  others: at("properties.additionalLocations", orNone(asList(asPlace), [])),
});

/** Decodes the answer to a read of this service. */
export function serviceAnswerOf(id: ServiceId, body: unknown): Read<ServiceAnswer> {
  return thenRead(answerAbout(id, parseServiceId, body), () => serviceAnswerFrom(body));
}

/** Decodes a service, from its own answer or a list. A location that cannot be read makes the whole answer unknown. */
export function serviceAnswerFrom(body: unknown): Read<ServiceAnswer> {
  return thenRead(
    service(body),
    ({ id, tags, hostnames, location: first, zones, others, details: own, ...rest }) =>
      thenRead(id, (parsed) =>
        thenRead(own, (place) =>
          mapRead(placesOf({ location: first, zones, ...place }, others), (places) => ({
            id: parsed,
            tags,
            places,
            ...(isNotInAnswer(others) ? { placesIncomplete: true as const } : {}),
            ...defined({
              sku: valueOf(rest.sku),
              createdAt: valueOf(rest.createdAt),
              provisioningState: valueOf(rest.provisioningState),
              targetProvisioningState: valueOf(rest.targetProvisioningState),
              virtualNetworkType: valueOf(rest.virtualNetworkType),
              hostnames: valueOf(mapRead(hostnames, (all) => all.map(printHostname))),
            }),
          })),
        ),
      ),
  );
}

type Decoded<D> = D extends (value: unknown) => Read<infer T> ? T : never;
type DecodedPlace = Decoded<typeof asPlace>;

/** The primary location of an answer, and the additional ones if the answer has a list of them. */
function placesOf(first: DecodedPlace, others: Read<readonly DecodedPlace[]>): Read<readonly PlaceAnswer[]> {
  if (others.kind === "unknown" && !isNotInAnswer(others)) return others;
  const places = [first, ...(others.kind === "known" ? others.value : [])].map(placeFrom);
  const found = places.flatMap((each) => (each.kind === "known" ? [each.value] : []));
  return found.length === places.length ? knownRead(found) : unknownRead("incomplete-list");
}

function placeFrom({ location: named, zones, ...rest }: DecodedPlace): Read<PlaceAnswer> {
  return mapRead(named, (text) => ({
    location: text,
    ...defined({
      zones: valueOf(zones),
      publicAddresses: valueOf(rest.publicAddresses),
      privateAddresses: valueOf(rest.privateAddresses),
      outboundAddresses: valueOf(rest.outboundAddresses),
      publicIpId: valueOf(rest.publicIpId),
      subnetId: valueOf(rest.subnetId),
      natGatewayState: valueOf(rest.natGatewayState),
      platformVersion: valueOf(rest.platformVersion),
    }),
  }));
}

/** Missing zones of a public IP resource mean none: Microsoft.Network leaves out properties that are not set. */
function zonesOf(zones: Read<readonly string[]>): Read<readonly string[]> {
  return isNotInAnswer(zones) ? knownRead([]) : zones;
}

/** A hostname's properties depend on its purpose and on where its certificate is stored. */
function printHostname({ type, name, thumbprint }: Decoded<typeof hostname>): string {
  return [type, name, thumbprint].flatMap((part) => (part.kind === "known" ? [part.value] : [])).join(" ");
}

const publicIp = asObject({
  id: at("id", asId(parsePublicIpId)),
  ...whereabouts,
  tags: at("tags", asTags),
  address: at("properties.ipAddress", asName),
  guid: at("properties.resourceGuid", asName),
  configuration: at("properties.ipConfiguration.id", asName),
  natGateway: at("properties.natGateway.id", asName),
  allocation: at("properties.publicIPAllocationMethod", asEnum("Static", "Dynamic")),
  sku: at("sku.name", asEnum("Basic", "Standard", "StandardV2")),
  provisioningState: at(
    "properties.provisioningState",
    asEnum("Succeeded", "Updating", "Deleting", "Failed"),
  ),
});

/** Decodes the answer to a read of this public IP resource. */
export function publicIpAnswerOf(id: PublicIpId, body: unknown): Read<PublicIpAnswer> {
  return thenRead(answerAbout(id, parsePublicIpId, body), () => publicIpAnswerFrom(body));
}

/** Decodes a public IP resource, from its own answer or a row of the inventory. */
export function publicIpAnswerFrom(body: unknown): Read<PublicIpAnswer> {
  return thenRead(publicIp(body), ({ id, location: named, zones, configuration, natGateway, ...rest }) =>
    thenRead(id, (parsed) =>
      thenRead(named, (text) =>
        mapRead(zonesOf(zones), (list) => ({
          id: parsed,
          location: text,
          zones: list,
          ...defined({
            tags: valueOf(rest.tags),
            address: valueOf(rest.address),
            guid: valueOf(rest.guid),
            attachedTo: valueOf(configuration.kind === "known" ? configuration : natGateway),
            allocation: valueOf(rest.allocation),
            sku: valueOf(rest.sku),
            provisioningState: valueOf(rest.provisioningState),
          }),
        })),
      ),
    ),
  );
}
