import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";
import { governsById } from "../estate/scope.ts";

/** What an event makes us look at, or why it is passed over. */
export type Told =
  | { readonly kind: "look"; readonly id: ConnectionId | ServiceId }
  | { readonly kind: "malformed" | "irrelevant" | "not-governed" };

const proxies = "/privateendpointconnectionproxies/";
const operation = /^microsoft\.apimanagement\/service\/privateendpointconnection(proxies|s)\/(write|delete)$/;

/**
 * Reads one event, in Event Grid's schema or as a CloudEvent: both carry the same data. An event is an unsigned
 * hint that may be forged, late or doubled: nothing of it is believed but the name of what to look at.
 */
export function readEvent(event: unknown, scope: ScopeConfig): Told {
  const data = property(event, "data");
  const name = property(data, "operationName");
  const uri = property(data, "resourceUri") ?? property(event, "subject");
  if (typeof name !== "string" || typeof uri !== "string") return { kind: "malformed" };
  const [, collection, verb] = operation.exec(name.toLowerCase()) ?? [];
  if (collection === undefined) return { kind: "irrelevant" };
  const id = named(uri, collection === "s" && verb === "write");
  if (id === undefined) return { kind: "malformed" };
  // Where tags or management groups decide, the review reads them.
  const governed = governsById(scope, id.kind === "service" ? id : id.service);
  return governed === "no" ? { kind: "not-governed" } : { kind: "look", id };
}

/** A proxy's name is not its connection's, and a deleted connection is found by its absence: both mean the service. */
function named(uri: string, isConnection: boolean): ConnectionId | ServiceId | undefined {
  if (isConnection) return parseConnectionId(uri);
  const lower = uri.toLowerCase();
  const cut = [proxies, "/privateendpointconnections/"]
    .map((part) => lower.lastIndexOf(part))
    .find((at) => at >= 0);
  return cut === undefined ? undefined : parseServiceId(uri.slice(0, cut));
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
