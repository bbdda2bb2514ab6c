import { armError, ok, type Answer } from "../arm/answer.ts";
import { startOperation } from "../arm/operation.ts";
import { printConnection } from "./print-service.ts";
import type { Provider } from "../arm/request.ts";
import type { Connection, ConnectionStatus, Service } from "../estate/world.ts";

/** As long as the recorded ones took: an approval, a rejection; of a removal nobody recorded the end. */
const recordedMs = { Approved: 175_000, Rejected: 130_000, removed: 130_000 } as const;
/** How long the service is still Updating after its connection shows the new state, as recorded; less for shorter ones. */
const settlingMs = 20_000;
const settlingShare = 1 / 8;

interface ConnectionBody {
  readonly id?: unknown;
  readonly properties?: {
    readonly privateLinkServiceConnectionState?: {
      readonly status?: unknown;
      readonly description?: unknown;
    };
  };
}

/** Approves or rejects: minutes on Azure, and the connection shows its old state nearly to the end. */
export function putConnection(
  provider: Provider,
  service: Service,
  connection: Connection,
  sent: unknown,
): Answer {
  const { id, properties } = (sent ?? {}) as ConnectionBody;
  const unnamed = misnamed(connection, id);
  if (unnamed !== undefined) return badRequest(unnamed);
  const state = properties?.privateLinkServiceConnectionState;
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
  const refusal = refusalOfBusy(provider, service);
  if (refusal !== undefined) return refusal;
  const description = typeof state?.description === "string" ? state.description : null;
  const settled = () => settle(provider, connection, status, description ?? "");
  const ms = durationMs(provider, service, status);
  if (ms === 0) {
    settled();
    return ok(printConnection(connection));
  }
  const headers = startOperation(provider, service, {
    under: connection.id,
    ms,
    settlingMs: Math.min(settlingMs, ms * settlingShare),
    late: () => {
      connection.provisioningState = "Updating";
    },
    effect: () => {
      // Its endpoint may be gone by then, and its name another's.
      if (isThere(service, connection)) settled();
    },
    result: () => resultOf(service, connection),
  });
  const shown = { status, description, actionsRequired: null };
  const body = { id: connection.id, properties: { privateLinkServiceConnectionState: shown } };
  return { status: 202, body, headers };
}

/** The owner removes a connection; its endpoint is Disconnected from then on. */
export function deleteConnection(provider: Provider, service: Service, connection: Connection): Answer {
  const refusal = refusalOfBusy(provider, service);
  if (refusal !== undefined) return refusal;
  const remove = () => {
    if (!isThere(service, connection)) return;
    service.connections.delete(connection.name.toLowerCase());
    provider.emit("Microsoft.ApiManagement/service/privateEndpointConnections/delete", connection.id);
  };
  const ms = durationMs(provider, service, "removed");
  if (ms === 0) {
    remove();
    return { status: 204 };
  }
  const headers = startOperation(provider, service, {
    under: connection.id,
    ms,
    settlingMs: Math.min(settlingMs, ms * settlingShare),
    effect: remove,
    result: () => ({ status: 204 }),
  });
  return { status: 202, body: {}, headers };
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
  connection.provisioningState = "Succeeded";
  emit("Microsoft.ApiManagement/service/privateEndpointConnections/write", connection.id);
}

/** Why the id in a PUT's body is refused. Azure wants one; whether its spelling matters is unknown, and here it does. */
function misnamed({ id }: Connection, sent: unknown): string | undefined {
  if (sent === undefined || sent === null)
    return "Private Endpoint Connection Request ID is unexpected null.";
  return sent === id ? undefined : "Private Endpoint Connection Request ID is not that of the connection.";
}

function badRequest(message: string): Answer {
  const code = "ApproveOrRejectPrivateEndpointConnectionBadRequest";
  return { status: 400, body: { error: { code, message, details: null, innerError: null } } };
}

function refusalOfBusy({ whileUpdating }: Provider, { properties }: Service): Answer | undefined {
  if (properties.provisioningState === "Succeeded" || whileUpdating === "queue") return undefined;
  return armError(409, "PessimisticConcurrencyConflict", "Another operation is under way on this service.");
}

function durationMs({ random }: Provider, service: Service, kind: keyof typeof recordedMs): number {
  return service.operationMs ?? recordedMs[kind] * (random === undefined ? 1 : 0.8 + 0.4 * random());
}

function isThere(service: Service, connection: Connection): boolean {
  return service.connections.get(connection.name.toLowerCase()) === connection;
}

function resultOf(service: Service, connection: Connection): Answer {
  if (isThere(service, connection)) return ok(printConnection(connection));
  return armError(404, "ResourceNotFound", `The Resource '${connection.id}' was not found.`);
}
