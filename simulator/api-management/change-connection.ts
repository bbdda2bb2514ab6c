import { armError, notFound, ok, type ArmResponse } from "../arm/response.ts";
import { startOperation } from "../arm/operation.ts";
import { connectionJson } from "./service-json.ts";
import type { ProviderContext } from "../arm/request.ts";
import type { Connection, ConnectionStatus, Service } from "../estate/world.ts";

/** Recorded durations of an approval and a rejection. The end of a removal was not recorded. */
const recordedMs = { Approved: 175_000, Rejected: 130_000, removed: 130_000 } as const;
/**
 * How long the service stays Updating after its connection shows the new state, as recorded; less for short operations.
 */
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

/**
 * Approves or rejects a connection. It takes minutes, and the connection shows its old state until shortly before the
 * end.
 */
export function putConnection(
  context: ProviderContext,
  service: Service,
  connection: Connection,
  sent: unknown,
): ArmResponse {
  const { id, properties } = (sent ?? {}) as ConnectionBody;
  const invalidId = refuseId(connection, id);
  if (invalidId !== undefined) return badRequest(invalidId);
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
  const refusal = refuseWhileUpdating(context, service);
  if (refusal !== undefined) return refusal;
  const description = typeof state?.description === "string" ? state.description : null;
  const apply = () => setConnectionState(context, connection, status, description ?? "");
  const ms = durationMs(context, service, status);
  if (ms === 0) {
    apply();
    return ok(connectionJson(connection));
  }
  const headers = startOperation(context, service, {
    resourceId: connection.id,
    ms,
    settlingMs: Math.min(settlingMs, ms * settlingShare),
    beforeEffect: () => {
      connection.provisioningState = "Updating";
    },
    effect: () => {
      // The connection may be deleted by then, and another one may have its name.
      if (exists(service, connection)) apply();
    },
    result: () => resultOf(service, connection),
  });
  const wantedState = { status, description, actionsRequired: null };
  const body = { id: connection.id, properties: { privateLinkServiceConnectionState: wantedState } };
  return { status: 202, body, headers };
}

/** The service's owner removes a connection. Its endpoint is Disconnected afterwards. */
export function deleteConnection(
  context: ProviderContext,
  service: Service,
  connection: Connection,
): ArmResponse {
  const refusal = refuseWhileUpdating(context, service);
  if (refusal !== undefined) return refusal;
  const remove = () => {
    if (!exists(service, connection)) return;
    service.connections.delete(connection.name.toLowerCase());
    context.emit("Microsoft.ApiManagement/service/privateEndpointConnections/delete", connection.id);
  };
  const ms = durationMs(context, service, "removed");
  if (ms === 0) {
    remove();
    return { status: 204 };
  }
  const headers = startOperation(context, service, {
    resourceId: connection.id,
    ms,
    settlingMs: Math.min(settlingMs, ms * settlingShare),
    effect: remove,
    result: () => ({ status: 204 }),
  });
  return { status: 202, body: {}, headers };
}

/** Sets the state of a connection, as a PUT or a person in the portal does, and publishes the event. */
export function setConnectionState(
  { emit }: Pick<ProviderContext, "emit">,
  connection: Connection,
  status: ConnectionStatus,
  description: string,
): void {
  connection.status = status;
  connection.description = description;
  connection.provisioningState = "Succeeded";
  emit("Microsoft.ApiManagement/service/privateEndpointConnections/write", connection.id);
}

/** Why the id in a PUT's body is refused. Azure requires one; whether its case matters is unknown, and here it does. */
function refuseId({ id }: Connection, sent: unknown): string | undefined {
  if (sent === undefined || sent === null)
    return "Private Endpoint Connection Request ID is unexpected null.";
  return sent === id ? undefined : "Private Endpoint Connection Request ID is not that of the connection.";
}

function badRequest(message: string): ArmResponse {
  const code = "ApproveOrRejectPrivateEndpointConnectionBadRequest";
  return { status: 400, body: { error: { code, message, details: null, innerError: null } } };
}

function refuseWhileUpdating(
  { whileUpdating }: ProviderContext,
  { properties }: Service,
): ArmResponse | undefined {
  if (properties.provisioningState === "Succeeded" || whileUpdating === "queue") return undefined;
  return armError(409, "PessimisticConcurrencyConflict", "Another operation is in progress on this service.");
}

function durationMs({ random }: ProviderContext, service: Service, kind: keyof typeof recordedMs): number {
  return service.operationMs ?? recordedMs[kind] * (random === undefined ? 1 : 0.8 + 0.4 * random());
}

function exists(service: Service, connection: Connection): boolean {
  return service.connections.get(connection.name.toLowerCase()) === connection;
}

function resultOf(service: Service, connection: Connection): ArmResponse {
  if (exists(service, connection)) return ok(connectionJson(connection));
  return notFound(connection.id);
}
