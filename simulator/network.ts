import { randomUUID } from "node:crypto";
import { armError, notFound, ok, type Answer } from "./answer.ts";
import { unauthorised, type ArmRequest, type Provider } from "./arm.ts";
import { connect } from "./connect.ts";
import { answerPublicIp } from "./public-ip.ts";
import { answerVirtualNetwork } from "./virtual-network.ts";
import type { Endpoint, Service, World } from "./world.ts";

const connectionsMax = 100;
const approving = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
const tiersWithout = ["Consumption", "BasicV2"];
const classicTiers = ["Developer", "Basic", "Standard", "Premium"];

/** Microsoft.Network: virtual networks and private endpoints. Making one makes a Pending connection at its target. */
export function answerNetwork(provider: Provider, request: ArmRequest): Answer | undefined {
  const [, , , , , , type = "", name] = request.segments;
  if (type.toLowerCase() === "virtualnetworks") return answerVirtualNetwork(provider, request);
  if (type.toLowerCase() === "publicipaddresses") return answerPublicIp(provider, request);
  if (type.toLowerCase() !== "privateendpoints" || name === undefined) return undefined;
  if (request.segments.length === 9) return listZoneGroups(provider, request);
  if (request.segments.length !== 8) return undefined;
  const action = { GET: "read", PUT: "write", DELETE: "delete" }[request.method];
  if (action === undefined) return undefined;
  const refusal = unauthorised(request, `Microsoft.Network/privateEndpoints/${action}`, request.path);
  if (refusal !== undefined) return refusal;
  const endpoint = provider.world.endpoints.get(request.path.toLowerCase());
  if (action === "write") return putEndpoint(provider, request, endpoint);
  if (endpoint === undefined) return notFound(request.path);
  if (action === "read") return ok(printEndpoint(provider.world, endpoint));
  deleteEndpoint(provider, endpoint);
  return { status: 204 };
}

/** The parts of a request to make an endpoint that the simulator needs; everything may be missing. */
interface EndpointBody {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly properties?: {
    readonly subnet?: { readonly id?: string };
    readonly privateLinkServiceConnections?: readonly LinkBody[];
    readonly manualPrivateLinkServiceConnections?: readonly LinkBody[];
  };
}

interface LinkBody {
  readonly properties?: {
    readonly privateLinkServiceId?: string;
    readonly groupIds?: readonly string[];
    readonly requestMessage?: string;
  };
}

function putEndpoint(provider: Provider, request: ArmRequest, existing: Endpoint | undefined): Answer {
  const body = request.body as EndpointBody | undefined;
  if (existing !== undefined) {
    existing.tags = body?.tags ?? existing.tags;
    existing.etag = `W/"${randomUUID()}"`;
    provider.emit("Microsoft.Network/privateEndpoints/write", existing.id);
    return ok(printEndpoint(provider.world, existing));
  }
  const manual = body?.properties?.manualPrivateLinkServiceConnections?.[0];
  const link = (manual ?? body?.properties?.privateLinkServiceConnections?.[0])?.properties;
  const subnetId = body?.properties?.subnet?.id;
  const service = provider.world.services.get(link?.privateLinkServiceId?.toLowerCase() ?? "");
  if (body?.location === undefined || subnetId === undefined || link === undefined)
    return armError(
      400,
      "InvalidRequestFormat",
      "A private endpoint needs a location, a subnet and a connection.",
    );
  if (service === undefined)
    return armError(400, "InvalidResourceReference", `Resource ${link.privateLinkServiceId} was not found.`);
  const unable = unableToConnect(service);
  if (unable !== undefined) return armError(400, "PrivateEndpointNotSupported", unable);
  // Asking for approval without a hand needs the right to give it; who has it gets it at once, and no policy is asked.
  const automatic = manual === undefined;
  const refusal = automatic ? unauthorised(request, approving, service.id) : undefined;
  if (refusal !== undefined) return refusal;
  if (service.connections.size >= connectionsMax)
    return armError(
      400,
      "PrivateEndpointConnectionLimitReached",
      "The service has as many connections as it may have.",
    );
  const endpoint = connect(provider.world, {
    endpointId: request.path,
    location: body.location,
    tags: body.tags ?? {},
    subnetId,
    service,
    manual: !automatic,
    message: link.requestMessage ?? "",
    groupIds: link.groupIds ?? ["Gateway"],
    suffix: randomUUID(),
    status: automatic ? "Approved" : "Pending",
  });
  provider.emit("Microsoft.Network/privateEndpoints/write", endpoint.id);
  provider.emit(
    "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write",
    endpoint.connectionId.replace("/privateEndpointConnections/", "/privateEndpointConnectionProxies/"),
  );
  return { status: 201, body: printEndpoint(provider.world, endpoint) };
}

function unableToConnect({ sku, properties }: Service): string | undefined {
  const injected = (properties.virtualNetworkType ?? "None") !== "None";
  if (tiersWithout.includes(sku.name)) return `Private endpoints are not supported by the tier ${sku.name}.`;
  return injected && classicTiers.includes(sku.name)
    ? "Private endpoints are not supported by a service in a virtual network."
    : undefined;
}

/** `…/privateEndpoints/{name}/privateDnsZoneGroups`: one group at most, as the portal makes it. */
function listZoneGroups({ world }: Provider, request: ArmRequest): Answer | undefined {
  if (request.method !== "GET" || request.segments[8]?.toLowerCase() !== "privatednszonegroups")
    return undefined;
  const refusal = unauthorised(
    request,
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
    request.path,
  );
  if (refusal !== undefined) return refusal;
  const id = `/${request.segments.slice(0, 8).join("/")}`;
  const endpoint = world.endpoints.get(id.toLowerCase());
  if (endpoint === undefined) return notFound(id);
  const privateDnsZoneConfigs = endpoint.dnsZones.map((privateDnsZoneId) => ({
    name: privateDnsZoneId.split("/").at(-1)?.replaceAll(".", "-"),
    properties: { privateDnsZoneId },
  }));
  const group = {
    id: `${id}/privateDnsZoneGroups/default`,
    name: "default",
    properties: { privateDnsZoneConfigs },
  };
  return ok({ value: endpoint.dnsZones.length === 0 ? [] : [group] });
}

/** The consumer removes its endpoint, and with it the connection goes. */
function deleteEndpoint({ world, emit }: Provider, endpoint: Endpoint): void {
  world.endpoints.delete(endpoint.id.toLowerCase());
  const name = endpoint.connectionId.split("/").at(-1) ?? "";
  world.services.get(endpoint.serviceId.toLowerCase())?.connections.delete(name.toLowerCase());
  emit("Microsoft.Network/privateEndpoints/delete", endpoint.id);
  emit(
    "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/delete",
    endpoint.connectionId.replace("/privateEndpointConnections/", "/privateEndpointConnectionProxies/"),
  );
}

function printEndpoint(world: World, endpoint: Endpoint) {
  const { id, name, location, tags, etag, subnetId, address, manual, serviceId, connectionId } = endpoint;
  const connection = world.services
    .get(serviceId.toLowerCase())
    ?.connections.get(connectionId.split("/").at(-1)?.toLowerCase() ?? "");
  const link = {
    name,
    id: `${id}/privateLinkServiceConnections/${name}`,
    properties: {
      provisioningState: "Succeeded",
      privateLinkServiceId: serviceId,
      groupIds: endpoint.groupIds,
      requestMessage: endpoint.requestMessage,
      privateLinkServiceConnectionState: {
        status: connection?.status ?? "Disconnected",
        description: connection?.description ?? "",
        actionsRequired: "None",
      },
    },
  };
  return {
    id,
    name,
    type: "Microsoft.Network/privateEndpoints",
    location,
    tags,
    etag,
    properties: {
      provisioningState: "Succeeded",
      subnet: { id: subnetId },
      privateLinkServiceConnections: manual ? [] : [link],
      manualPrivateLinkServiceConnections: manual ? [link] : [],
      networkInterfaces: [],
      applicationSecurityGroups: [],
      ipConfigurations: [],
      customDnsConfigs: [{ fqdn: `${serviceId.split("/").at(-1)}.azure-api.net`, ipAddresses: [address] }],
    },
  };
}
