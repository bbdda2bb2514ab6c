import { notFound, ok, type Answer } from "../arm/answer.ts";
import { deleteConnection, putConnection } from "./change-connection.ts";
import { changeService } from "./change-service.ts";
import { answerOperation } from "../arm/operation.ts";
import { printConnection, printConnections, printService } from "./print-service.ts";
import { unauthorised, type ArmRequest, type Provider } from "../arm/request.ts";
import type { Service } from "../estate/world.ts";

/** Microsoft.ApiManagement: services, their private endpoint connections, and the operations of approvals. */
export function answerApiManagement(provider: Provider, request: ArmRequest): Answer | undefined {
  const [, subscriptionId = "", ...rest] = request.segments.map((segment) => segment.toLowerCase());
  if (rest.join("/") === "providers/microsoft.apimanagement/service")
    return listServices(provider, request, subscriptionId);
  const [, , , , type, , collection] = rest;
  if (type !== "service") return undefined;
  const id = `/${request.segments.slice(0, 8).join("/")}`;
  const service = provider.world.services.get(id.toLowerCase());
  const refusal = unauthorised(request, actionOf(request), request.path);
  if (refusal !== undefined) return refusal;
  const changed = changeService(provider, request, service);
  if (changed !== undefined) return changed;
  if (service === undefined) return notFound(id);
  if (collection === undefined && request.method === "GET") return ok(printService(service));
  if (collection === "operationresults")
    return answerOperation(provider, request, service.id, request.segments[9] ?? "");
  if (collection === "privateendpointconnections") return answerConnections(provider, request, service);
  return undefined;
}

/** `…/service/privateEndpointConnections/operationresults/read`: every type on the way, and what is done. */
function actionOf({ segments, method }: ArmRequest): string {
  const types = segments.filter((_, index) => index >= 8 && index % 2 === 0);
  return ["Microsoft.ApiManagement/service", ...types, verb(method)].join("/");
}

function verb(method: string): string {
  return { GET: "read", DELETE: "delete", POST: "action" }[method] ?? "write";
}

/** A caller without rights on a service gets a list without it, not a refusal. */
function listServices({ world }: Provider, request: ArmRequest, subscriptionId: string): Answer {
  const visible = [...world.services.values()].filter(
    (service) =>
      service.subscriptionId === subscriptionId &&
      unauthorised(request, "Microsoft.ApiManagement/service/read", service.id) === undefined,
  );
  return ok({ value: visible.map(printService) });
}

function answerConnections(provider: Provider, request: ArmRequest, service: Service): Answer | undefined {
  const { method, segments, body } = request;
  const [, , , , , , , , , name, below, operation] = segments;
  if (name === undefined) return method === "GET" ? ok({ value: printConnections(service) }) : undefined;
  if (below !== undefined) {
    if (below.toLowerCase() !== "operationresults" || method !== "GET") return undefined;
    return answerOperation(provider, request, `/${segments.slice(0, 10).join("/")}`, operation ?? "");
  }
  const connection = service.connections.get(name.toLowerCase());
  if (connection === undefined) return notFound(request.path);
  if (method === "GET") return ok(printConnection(connection));
  if (method === "PUT") return putConnection(provider, service, connection, body);
  return method === "DELETE" ? deleteConnection(provider, service, connection) : undefined;
}
