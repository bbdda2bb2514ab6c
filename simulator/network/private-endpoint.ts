import { randomUUID } from "node:crypto";
import { armError, notFound, ok, type ArmResponse } from "../arm/response.ts";
import { forbidden, type ArmRequest, type ProviderContext } from "../arm/request.ts";
import { connect, connectionOf, proxyIdOf } from "./connect.ts";
import { endpointJson } from "./endpoint-json.ts";
import { listZoneGroups } from "./zone-groups.ts";
import type { Endpoint, Service } from "../estate/world.ts";

const connectionsMax = 100;
const approveAction = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
/** Of resources of `Microsoft.Network`, as its error `InvalidResourceName` says. */
const resourceName = /^\w(?:[\w.-]{0,78}\w)?$/;
const unsupportedTiers = ["Consumption", "BasicV2"];
const classicTiers = ["Developer", "Basic", "Standard", "Premium"];

/** `Microsoft.Network/privateEndpoints`. Creating one creates a Pending connection at its target. */
export function handlePrivateEndpoint(
  context: ProviderContext,
  request: ArmRequest,
): ArmResponse | undefined {
  if (request.segments.length === 9) return listZoneGroups(context, request);
  if (request.segments.length !== 8) return undefined;
  const action = { GET: "read", PUT: "write", DELETE: "delete" }[request.method];
  if (action === undefined) return undefined;
  const refusal = forbidden(request, `Microsoft.Network/privateEndpoints/${action}`, request.path);
  if (refusal !== undefined) return refusal;
  const endpoint = context.world.endpoints.get(request.path.toLowerCase());
  if (action === "write")
    return endpoint === undefined
      ? createEndpoint(context, request)
      : updateEndpoint(context, request, endpoint);
  if (endpoint === undefined) return notFound(request.path);
  if (action === "read") return ok(endpointJson(context.world, endpoint));
  deleteEndpoint(context, endpoint);
  return { status: 204 };
}

/** The part of the body of a PUT that the simulator needs; any of it may be missing. */
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

function updateEndpoint(
  { world, emit }: ProviderContext,
  { body }: ArmRequest,
  found: Endpoint,
): ArmResponse {
  found.tags = (body as EndpointBody | undefined)?.tags ?? found.tags;
  found.etag = `W/"${randomUUID()}"`;
  emit("Microsoft.Network/privateEndpoints/write", found.id);
  return ok(endpointJson(world, found));
}

function createEndpoint({ world, emit }: ProviderContext, request: ArmRequest): ArmResponse {
  const { location, tags, properties } = (request.body ?? {}) as EndpointBody;
  const manual = properties?.manualPrivateLinkServiceConnections?.[0];
  const { name: connectionName, properties: link } =
    manual ?? properties?.privateLinkServiceConnections?.[0] ?? {};
  const subnetId = properties?.subnet?.id;
  if (!location || subnetId === undefined || link === undefined || !connectionName)
    return armError(
      400,
      "InvalidRequestFormat",
      "A private endpoint needs a location, a subnet and a connection with a name.",
    );
  for (const name of [request.segments[7] ?? "", connectionName])
    if (!resourceName.test(name))
      return armError(
        400,
        "InvalidResourceName",
        `Resource name ${name} is invalid. The name can be up to 80 characters long. It must begin with a word character, and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.`,
      );
  const service = world.services.get(link.privateLinkServiceId?.toLowerCase() ?? "");
  if (service === undefined)
    return armError(400, "InvalidResourceReference", `Resource ${link.privateLinkServiceId} was not found.`);
  const isManual = manual !== undefined;
  const refusal = refuseConnection(request, service, { connectionName, isManual });
  if (refusal !== undefined) return refusal;
  const endpoint = connect(world, {
    endpointId: request.path,
    location,
    tags,
    subnetId,
    service,
    manual: isManual,
    connectionName,
    message: link.requestMessage,
    groupIds: link.groupIds ?? ["Gateway"],
    guid: randomUUID(),
    status: isManual ? "Pending" : "Approved",
  });
  emit("Microsoft.Network/privateEndpoints/write", endpoint.id);
  emit("Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write", proxyIdOf(endpoint));
  return { status: 201, body: endpointJson(world, endpoint, "just created") };
}

/** Why the service cannot have this connection; undefined if it can. */
function refuseConnection(
  request: ArmRequest,
  service: Service,
  { connectionName, isManual }: { readonly connectionName: string; readonly isManual: boolean },
): ArmResponse | undefined {
  const unsupported = unsupportedBy(service);
  if (unsupported !== undefined) return armError(400, "PrivateEndpointNotSupported", unsupported);
  // Automatic approval needs the permission to approve. A caller that has it is approved at once, and no policy is
  // asked.
  const refusal = isManual ? undefined : forbidden(request, approveAction, service.id);
  if (refusal !== undefined) return refusal;
  if (service.connections.size >= connectionsMax)
    return armError(
      400,
      "PrivateEndpointConnectionLimitReached",
      "The service has reached the maximum number of connections.",
    );
  return service.connections.has(connectionName.toLowerCase())
    ? armError(
        400,
        "PrivateEndpointConnectionNameInUse",
        `The service already has a connection named ${connectionName}.`,
      )
    : undefined;
}

function unsupportedBy({ sku, properties }: Service): string | undefined {
  const isInjected = (properties.virtualNetworkType ?? "None") !== "None";
  if (unsupportedTiers.includes(sku.name))
    return `Private endpoints are not supported by the tier ${sku.name}.`;
  return isInjected && classicTiers.includes(sku.name)
    ? "Private endpoints are not supported by a service in a virtual network."
    : undefined;
}

/** The requester deletes its endpoint, which deletes the connection too. */
function deleteEndpoint({ world, emit }: ProviderContext, endpoint: Endpoint): void {
  // If the owner removed the connection, its name may belong to another endpoint by now.
  if (connectionOf(world, endpoint) !== undefined)
    world.services
      .get(endpoint.serviceId.toLowerCase())
      ?.connections.delete(endpoint.connectionName.toLowerCase());
  world.endpoints.delete(endpoint.id.toLowerCase());
  emit("Microsoft.Network/privateEndpoints/delete", endpoint.id);
  emit("Microsoft.ApiManagement/service/privateEndpointConnectionProxies/delete", proxyIdOf(endpoint));
}
