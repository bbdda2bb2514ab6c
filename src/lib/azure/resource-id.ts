import { foldName } from "../fold-name.ts";
import { guidPattern } from "../guid.ts";

/** An API Management service, by validated segments. */
export interface ServiceId {
  readonly kind: "service";
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly serviceName: string;
  /** The canonical id: ARM's own spelling of the fixed segments, the rest in lower case. */
  readonly text: string;
}

export interface ConnectionId {
  readonly kind: "connection";
  readonly service: ServiceId;
  readonly connectionName: string;
  readonly text: string;
}

export interface EndpointId {
  readonly kind: "endpoint";
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly endpointName: string;
  readonly text: string;
}

export interface SubnetId {
  readonly kind: "subnet";
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly virtualNetworkName: string;
  readonly subnetName: string;
  readonly virtualNetworkId: string;
  readonly text: string;
}

/** A `Microsoft.Network/publicIPAddresses`. */
export interface PublicIpId {
  readonly kind: "public-ip";
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly publicIpName: string;
  readonly text: string;
}

const resourceGroup = /^[\p{L}\p{N}_().-]{1,90}$/u;
const serviceName = /^[a-z][a-z0-9-]{0,49}$/;
/** The requester chooses it. Room for `{endpoint}.{guid}`: an endpoint's own name has at most 80 characters. */
const connectionName = /^[a-z0-9_.-]{1,160}$/;
const endpointName = /^[a-z0-9_.-]{1,80}$/;
/** Names of virtual networks, subnets and public IP addresses start with a letter or a digit (Azure's naming rules). */
const networkName = /^[a-z0-9][a-z0-9_.-]{0,79}$/;

/**
 * Parsers from text to validated segments; undefined for anything else. ARM ids differ in case alone between
 * events, lists and reads, so all are folded.
 * Every URL is built from these segments: `..` in a name would otherwise turn the approval of a connection
 * into an update of the service itself, because URL parsers collapse it after the SDK's encoding.
 */
export function parseServiceId(text: string): ServiceId | undefined {
  const segments = segmentsOf(text, [
    "subscriptions",
    "",
    "resourcegroups",
    "",
    "providers",
    apim,
    "service",
    "",
  ]);
  const [subscriptionId, group, name] = segments ?? [];
  if (!fits(subscriptionId, guidPattern) || !fits(group, resourceGroup) || !fits(name, serviceName))
    return undefined;
  return serviceId(subscriptionId, group, name);
}

export function parseConnectionId(text: string): ConnectionId | undefined {
  const cut = foldName(text).lastIndexOf(connections);
  if (cut < 0) return undefined;
  const service = parseServiceId(text.slice(0, cut));
  const name = foldName(text.slice(cut + connections.length));
  return service !== undefined && fits(name, connectionName) ? connectionId(service, name) : undefined;
}

export function parseEndpointId(text: string): EndpointId | undefined {
  const found = inNetwork(text, "privateEndpoints", endpointName);
  return found && { kind: "endpoint", endpointName: found.name, ...found.rest };
}

export function parsePublicIpId(text: string): PublicIpId | undefined {
  const found = inNetwork(text, "publicIPAddresses", networkName);
  return found && { kind: "public-ip", publicIpName: found.name, ...found.rest };
}

/** Only the text of these ids is needed: they are compared, never read. */
export function parseApplicationSecurityGroupId(text: string): { readonly text: string } | undefined {
  const found = inNetwork(text, "applicationSecurityGroups", networkName);
  return found && { text: found.rest.text };
}

export function parseVirtualNetworkId(text: string): { readonly text: string } | undefined {
  const found = inNetwork(text, "virtualNetworks", networkName);
  return found && { text: found.rest.text };
}

/** A top-level resource of Microsoft.Network. */
function inNetwork(text: string, type: string, pattern: RegExp) {
  const shape = ["subscriptions", "", "resourcegroups", "", "providers", network, type.toLowerCase(), ""];
  const [subscriptionId, resourceGroupName, name] = segmentsOf(text, shape) ?? [];
  if (!fits(subscriptionId, guidPattern) || !fits(resourceGroupName, resourceGroup) || !fits(name, pattern))
    return undefined;
  const canonical = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.Network/${type}/${name}`;
  return { name, rest: { subscriptionId, resourceGroup: resourceGroupName, text: canonical } };
}

export function parseSubnetId(text: string): SubnetId | undefined {
  const segments = segmentsOf(text, [
    "subscriptions",
    "",
    "resourcegroups",
    "",
    "providers",
    network,
    "virtualnetworks",
    "",
    "subnets",
    "",
  ]);
  const [subscriptionId, group, virtualNetwork, subnet] = segments ?? [];
  if (!fits(subscriptionId, guidPattern) || !fits(group, resourceGroup)) return undefined;
  if (!fits(virtualNetwork, networkName) || !fits(subnet, networkName)) return undefined;
  const virtualNetworkId = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks/${virtualNetwork}`;
  return {
    kind: "subnet",
    subscriptionId,
    resourceGroup: group,
    virtualNetworkName: virtualNetwork,
    subnetName: subnet,
    virtualNetworkId,
    text: `${virtualNetworkId}/subnets/${subnet}`,
  };
}

/** Whether a folded text is valid as such a name in an id. */
export const isResourceGroup = (text: string) => fits(text, resourceGroup);
export const isServiceName = (text: string) => fits(text, serviceName);
export const isConnectionName = (text: string) => fits(text, connectionName);
export const isEndpointName = (text: string) => fits(text, endpointName);
export const isNetworkName = (text: string) => fits(text, networkName);

const apim = "microsoft.apimanagement";
const network = "microsoft.network";
const connections = "/privateendpointconnections/";

function serviceId(subscriptionId: string, group: string, name: string): ServiceId {
  return {
    kind: "service",
    subscriptionId,
    resourceGroup: group,
    serviceName: name,
    text: `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.ApiManagement/service/${name}`,
  };
}

function connectionId(service: ServiceId, name: string): ConnectionId {
  return {
    kind: "connection",
    service,
    connectionName: name,
    text: `${service.text}/privateEndpointConnections/${name}`,
  };
}

/** The variable segments of a text that has exactly this shape. */
function segmentsOf(text: string, shape: readonly string[]): string[] | undefined {
  if (text.length > 1024) return undefined;
  const [root, ...segments] = foldName(text).split("/");
  if (root !== "" || segments.length !== shape.length) return undefined;
  const matches = shape.every((fixed, index) => fixed === "" || fixed === segments[index]);
  return matches ? segments.filter((_, index) => shape[index] === "") : undefined;
}

function fits(segment: string | undefined, pattern: RegExp): segment is string {
  // A segment of only dots would traverse the path. A name of a resource group does not end with a dot.
  return segment !== undefined && pattern.test(segment) && !segment.endsWith(".");
}
