import type { AdditionalLocation, ApiManagementServiceResource } from "@azure/arm-apimanagement";
import type { PublicIPAddress } from "@azure/arm-network";
import type { PlaceAnswer, PublicIpAnswer, ServiceAnswer } from "../addresses/azure.ts";
import { defined } from "./defined.ts";
import type { PublicIpId, ServiceId } from "./resource-id.ts";
import * as wire from "./wire.ts";

/** The SDKs' answers, whose `properties` are flattened; undefined where an answer is not whole. */
export function serviceAnswerFrom(
  id: ServiceId,
  found: ApiManagementServiceResource,
): ServiceAnswer | undefined {
  // An empty 200 parses as an empty object: that is no answer.
  if (found.id === undefined || found.location === undefined) return undefined;
  return {
    id,
    tags: wire.tags(found.tags),
    ...defined({
      sku: wire.text(found.sku?.name),
      createdAt: instantFrom(found.createdAtUtc),
      provisioningState: wire.text(found.provisioningState),
      targetProvisioningState: wire.text(found.targetProvisioningState),
      virtualNetworkType: wire.text(found.virtualNetworkType),
    }),
    hostnames: hostnamesFrom(found.hostnameConfigurations),
    places: [found, ...(found.additionalLocations ?? [])].map(placeFrom),
  };
}

function placeFrom(place: ApiManagementServiceResource | AdditionalLocation): PlaceAnswer {
  return {
    location: place.location,
    zones: wire.texts(place.zones) ?? [],
    ...defined({
      publicAddresses: wire.texts(place.publicIPAddresses),
      privateAddresses: wire.texts(place.privateIPAddresses),
      outboundAddresses: wire.texts(place.outboundPublicIPAddresses),
      publicIpId: wire.text(place.publicIpAddressId),
      subnetId: wire.text(place.virtualNetworkConfiguration?.subnetResourceId),
      natGatewayState: wire.text(place.natGatewayState),
      platformVersion: wire.text(place.platformVersion),
    }),
  };
}

interface Hostname {
  readonly type?: unknown;
  readonly hostName?: unknown;
  readonly certificate?: { readonly thumbprint?: unknown } | null;
}

/** A certificate's thumbprint is no secret: everybody who connects sees the certificate. */
export function hostnamesFrom(list: readonly Hostname[] | undefined | null): readonly string[] {
  return (list ?? []).map(({ type, hostName, certificate }) =>
    [type, hostName, certificate?.thumbprint].flatMap((part) => wire.text(part) ?? []).join(" "),
  );
}

/** Milliseconds and UTC, whatever an answer has; undefined for what is no instant. */
export function instantFrom(value: unknown): string | undefined {
  const date = value instanceof Date ? value : new Date(typeof value === "string" ? value : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function publicIpAnswerFrom(id: PublicIpId, found: PublicIPAddress): PublicIpAnswer | undefined {
  if (found.id === undefined || found.location === undefined) return undefined;
  return {
    id,
    location: found.location,
    tags: wire.tags(found.tags),
    zones: wire.texts(found.zones) ?? [],
    ...defined({
      address: wire.text(found.ipAddress),
      guid: wire.text(found.resourceGuid),
      attachedTo: wire.text(found.ipConfiguration?.id) ?? wire.text(found.natGateway?.id),
      allocation: wire.text(found.publicIPAllocationMethod),
      sku: wire.text(found.sku?.name),
      provisioningState: wire.text(found.provisioningState),
    }),
  };
}
