import { randomUUID } from "node:crypto";
import { armError, notFound, ok, type Answer } from "../arm/answer.ts";
import { unauthorised, type ArmRequest, type Provider } from "../arm/request.ts";
import { connect, connectionOf, proxyIdOf } from "./connect.ts";
import { answerNetworkInterface } from "./network-interface.ts";
import { printEndpoint } from "./print-endpoint.ts";
import { answerPublicIp } from "./public-ip.ts";
import { answerVirtualNetwork } from "./virtual-network.ts";
import type { Endpoint, Service } from "../estate/world.ts";

const connectionsMax = 100;
const approving = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
const tiersWithout = ["Consumption", "BasicV2"];
const classicTiers = ["Developer", "Basic", "Standard", "Premium"];

/** Microsoft.Network: virtual networks and private endpoints. Making one makes a Pending connection at its target. */
export function answerNetwork(provider: Provider, request: ArmRequest): Answer | undefined {
  const [, , , , , , type = "", name] = request.segments;
  if (type.toLowerCase() === "virtualnetworks") return answerVirtualNetwork(provider, request);
  if (type.toLowerCase() === "publicipaddresses") return answerPublicIp(provider, request);
  if (type.toLowerCase() === "networkinterfaces") return answerNetworkInterface(provider, request);
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
  readonly name?: string;
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
  const asked = manual ?? body?.properties?.privateLinkServiceConnections?.[0];
  const link = asked?.properties;
  const subnetId = body?.properties?.subnet?.id;
  const service = provider.world.services.get(link?.privateLinkServiceId?.toLowerCase() ?? "");
  const connectionName = asked?.name;
  if (!body?.location || subnetId === undefined || link === undefined || !connectionName)
    return armError(
      400,
      "InvalidRequestFormat",
      "A private endpoint needs a location, a subnet and a connection with a name.",
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
  if (service.connections.has(connectionName.toLowerCase()))
    return armError(
      400,
      "PrivateEndpointConnectionNameInUse",
      `The service has a connection called ${connectionName} already.`,
    );
  const endpoint = connect(provider.world, {
    endpointId: request.path,
    location: body.location,
    tags: body.tags,
    subnetId,
    service,
    manual: !automatic,
    connectionName,
    message: link.requestMessage,
    groupIds: link.groupIds ?? ["Gateway"],
    guid: randomUUID(),
    status: automatic ? "Approved" : "Pending",
  });
  provider.emit("Microsoft.Network/privateEndpoints/write", endpoint.id);
  provider.emit(
    "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write",
    proxyIdOf(endpoint),
  );
  return { status: 201, body: printEndpoint(provider.world, endpoint, "just made") };
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
  // Its name may be another's by now.
  if (connectionOf(world, endpoint) !== undefined)
    world.services
      .get(endpoint.serviceId.toLowerCase())
      ?.connections.delete(endpoint.connectionName.toLowerCase());
  world.endpoints.delete(endpoint.id.toLowerCase());
  emit("Microsoft.Network/privateEndpoints/delete", endpoint.id);
  emit("Microsoft.ApiManagement/service/privateEndpointConnectionProxies/delete", proxyIdOf(endpoint));
}
