import { notFound, ok, type ArmResponse } from "../arm/response.ts";
import { deleteConnection, putConnection } from "./change-connection.ts";
import { changeService } from "./change-service.ts";
import { pollOperation } from "../arm/operation.ts";
import { connectionJson, connectionsJson, serviceJson } from "./service-json.ts";
import { forbidden, type ArmRequest, type ProviderContext } from "../arm/request.ts";
import type { Service } from "../estate/world.ts";

/** Microsoft.ApiManagement: services, their private endpoint connections, and their long-running operations. */
export function handleApiManagement(context: ProviderContext, request: ArmRequest): ArmResponse | undefined {
  const [, subscriptionId = "", ...rest] = request.segments.map((segment) => segment.toLowerCase());
  if (rest.join("/") === "providers/microsoft.apimanagement/service")
    return listServices(context, request, subscriptionId);
  if (
    /^providers\/microsoft\.apimanagement\/locations\/[^/]+\/operationsstatuses\/[^/]+$/.test(rest.join("/"))
  )
    return pollInRegion(context, request, subscriptionId);
  const [, , , , type, , collection] = rest;
  if (type !== "service") return undefined;
  const id = `/${request.segments.slice(0, 8).join("/")}`;
  const service = context.world.services.get(id.toLowerCase());
  const refusal = forbidden(request, actionOf(request), request.path);
  if (refusal !== undefined) return refusal;
  const changed = changeService(context, request, service);
  if (changed !== undefined) return changed;
  if (service === undefined) return notFound(id);
  if (collection === undefined && request.method === "GET") return ok(serviceJson(service));
  if (collection === "operationresults") return pollOperation(context, request);
  if (collection === "privateendpointconnections") return handleConnections(context, request, service);
  return undefined;
}

/** The permission that a request needs, such as `…/service/privateEndpointConnections/operationresults/read`. */
function actionOf({ segments, method }: ArmRequest): string {
  const types = segments.filter((_, index) => index >= 8 && index % 2 === 0);
  return ["Microsoft.ApiManagement/service", ...types, verb(method)].join("/");
}

function verb(method: string): string {
  return { GET: "read", DELETE: "delete", POST: "action" }[method] ?? "write";
}

function pollInRegion(context: ProviderContext, request: ArmRequest, subscriptionId: string): ArmResponse {
  const action = "Microsoft.ApiManagement/locations/operationsStatuses/read";
  return forbidden(request, action, `/subscriptions/${subscriptionId}`) ?? pollOperation(context, request);
}

/** Leaves out services that the caller may not read; the request is not refused. */
function listServices({ world }: ProviderContext, request: ArmRequest, subscriptionId: string): ArmResponse {
  const visible = [...world.services.values()].filter(
    (service) =>
      service.subscriptionId === subscriptionId &&
      forbidden(request, "Microsoft.ApiManagement/service/read", service.id) === undefined,
  );
  return ok({ value: visible.map(serviceJson) });
}

function handleConnections(
  context: ProviderContext,
  request: ArmRequest,
  service: Service,
): ArmResponse | undefined {
  const { method, segments, body } = request;
  const [, , , , , , , , , name, child] = segments;
  if (name === undefined) return method === "GET" ? ok({ value: connectionsJson(service) }) : undefined;
  if (child !== undefined) {
    if (child.toLowerCase() !== "operationresults" || method !== "GET") return undefined;
    return pollOperation(context, request);
  }
  const connection = service.connections.get(name.toLowerCase());
  if (connection === undefined) return notFound(request.path);
  if (method === "GET") return ok(connectionJson(connection));
  if (method === "PUT") return putConnection(context, service, connection, body);
  return method === "DELETE" ? deleteConnection(context, service, connection) : undefined;
}
