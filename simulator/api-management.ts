import { randomUUID } from "node:crypto";
import { armError, notFound, ok, type Answer } from "./answer.ts";
import { changeService } from "./change-service.ts";
import { unauthorised, type ArmRequest, type Provider } from "./arm.ts";
import type { Connection, ConnectionStatus, Service } from "./world.ts";

const apiVersion = "2024-05-01";

/** Microsoft.ApiManagement: services, their private endpoint connections, and the operations of approvals. */
export function answerApiManagement(provider: Provider, request: ArmRequest): Answer | undefined {
  const [, subscriptionId = "", ...rest] = request.segments.map((segment) => segment.toLowerCase());
  if (rest.join("/") === "providers/microsoft.apimanagement/service")
    return listServices(provider, request, subscriptionId);
  const [, , , , type, , collection, name] = rest;
  if (type !== "service") return undefined;
  const id = `/${request.segments.slice(0, 8).join("/")}`;
  const service = provider.world.services.get(id.toLowerCase());
  const kind = collection === undefined ? "" : `/${request.segments[8] ?? ""}`;
  const refusal = unauthorised(
    request,
    `Microsoft.ApiManagement/service${kind}/${verb(request.method)}`,
    request.path,
  );
  if (refusal !== undefined) return refusal;
  const changed = changeService(provider, request, service);
  if (changed !== undefined) return changed;
  if (service === undefined) return notFound(id);
  if (collection === undefined && request.method === "GET") return ok(printService(service));
  if (collection === "operationresults") return answerOperation(provider, service, name ?? "");
  if (collection !== "privateendpointconnections") return undefined;
  if (name === undefined) return ok({ value: [...service.connections.values()].map(printConnection) });
  const connection = service.connections.get(name);
  if (connection === undefined) return notFound(request.path);
  if (request.method === "GET") return ok(printConnection(connection));
  if (request.method === "PUT") return putConnection(provider, service, connection, request.body);
  return undefined;
}

function verb(method: string): string {
  return { GET: "read", DELETE: "delete", POST: "action" }[method] ?? "write";
}

/** A caller without rights on a service gets a list without it, not a refusal. */
function listServices({ world }: Provider, { principal }: ArmRequest, subscriptionId: string): Answer {
  const request = (service: Service) =>
    unauthorised({ principal } as ArmRequest, "Microsoft.ApiManagement/service/read", service.id);
  const visible = [...world.services.values()].filter(
    (service) => service.subscriptionId === subscriptionId && request(service) === undefined,
  );
  return ok({ value: visible.map(printService) });
}

/** Approves or rejects. Rejected is final, and repeating a state is an error, as with the strictest of Azure's providers. */
function putConnection(provider: Provider, service: Service, connection: Connection, body: unknown): Answer {
  const state = (
    body as
      | { properties?: { privateLinkServiceConnectionState?: { status?: unknown; description?: unknown } } }
      | undefined
  )?.properties?.privateLinkServiceConnectionState;
  const status = (["Approved", "Rejected"] as const).find((each) => each === state?.status);
  if (status === undefined)
    return armError(
      400,
      "ValidationError",
      "privateLinkServiceConnectionState.status must be Approved or Rejected.",
    );
  if (connection.status === status || connection.status === "Rejected")
    return armError(
      400,
      "InvalidValuesForRequestParameters",
      `A ${connection.status} connection cannot become ${status}.`,
    );
  if (
    [...provider.world.operations.values()].some(({ serviceId, done }) => serviceId === service.id && !done)
  )
    return armError(409, "PessimisticConcurrencyConflict", "Another operation is under way on this service.");
  const description = typeof state?.description === "string" ? state.description : "";
  if (service.operationMs === 0) {
    settle(provider, connection, status, description);
    return ok(printConnection(connection));
  }
  return startOperation(provider, service, connection, () => {
    settle(provider, connection, status, description);
  });
}

/** Sets a state, as the PUT or a person in the portal does, and tells of it. */
export function settle(
  { emit }: Pick<Provider, "emit">,
  connection: Connection,
  status: ConnectionStatus,
  description: string,
): void {
  connection.status = status;
  connection.description = description;
  emit("Microsoft.ApiManagement/service/privateEndpointConnections/write", connection.id);
}

function startOperation(
  { world }: Provider,
  service: Service,
  connection: Connection,
  effect: () => void,
): Answer {
  const operationId = randomUUID();
  const operation = { serviceId: service.id, connectionId: connection.id, done: false };
  world.operations.set(operationId, operation);
  setTimeout(() => {
    effect();
    operation.done = true;
  }, service.operationMs).unref();
  const location = `https://management.azure.com${service.id}/operationresults/${operationId}?api-version=${apiVersion}`;
  return { status: 202, headers: { location } };
}

function answerOperation({ world }: Provider, service: Service, operationId: string): Answer {
  const operation = world.operations.get(operationId);
  if (operation === undefined) return notFound(`${service.id}/operationresults/${operationId}`);
  if (operation.done && operation.connectionId === undefined) return ok(printService(service));
  const connection = [...service.connections.values()].find(({ id }) => id === operation.connectionId);
  if (operation.done && connection !== undefined) return ok(printConnection(connection));
  const location = `https://management.azure.com${service.id}/operationresults/${operationId}?api-version=${apiVersion}`;
  return { status: 202, headers: { location } };
}

function printConnection({ id, name, endpointId, status, description }: Connection) {
  return {
    id,
    name,
    type: "Microsoft.ApiManagement/service/privateEndpointConnections",
    properties: {
      privateEndpoint: { id: endpointId },
      privateLinkServiceConnectionState: { status, description, actionsRequired: "None" },
      provisioningState: "Succeeded",
    },
  };
}

/** The service's own answer wraps its connections, and is the only place that names their groups. */
export function printService({ id, name, location, sku, tags, zones, properties, connections }: Service) {
  const wrapped = [...connections.values()].map((connection) => {
    const printed = printConnection(connection);
    return { ...printed, properties: { ...printed.properties, groupIds: connection.groupIds } };
  });
  return {
    id,
    name,
    type: "Microsoft.ApiManagement/service",
    location,
    sku,
    tags,
    zones: zones.length === 0 ? null : zones,
    etag: "AAAAAAAAAAE=",
    properties: { ...properties, privateEndpointConnections: wrapped },
  };
}
