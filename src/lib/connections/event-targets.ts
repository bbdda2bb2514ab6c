import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";
import { firstNamed, property, readHint } from "../estate/event-hint.ts";
import { governsById } from "../estate/scope.ts";

/** The connections and services to review after an event, or why it is ignored. */
export type EventTargets =
  | { readonly kind: "targets"; readonly ids: readonly (ConnectionId | ServiceId)[] }
  | { readonly kind: "malformed" | "irrelevant" | "not-governed" };

const collections = /\/privateEndpointConnection(?:Proxies|s)\//i;
const operations =
  /^microsoft\.apimanagement\/service\/privateendpointconnection(proxies|s)\/(write|delete)$/;
/** An endpoint has one connection. Azure's lists allow more, and a forged event may have any number. */
const linksMax = 10;

/** Reads one event. It may be forged, late or duplicated: it only selects what to review, and only within the scope. */
export function readEvent(event: unknown, scope: ScopeConfig): EventTargets {
  const hint = readHint(event);
  if (hint === undefined) return { kind: "malformed" };
  const { operation, names, resource } = hint;
  if (operation === undefined) {
    if (resource?.type !== "microsoft.network/privateendpoints") return { kind: "irrelevant" };
    return targetsInScope(targetServices(resource.properties), scope) ?? { kind: "irrelevant" };
  }
  const [, collection, verb] = operations.exec(operation) ?? [];
  if (collection === undefined) return { kind: "irrelevant" };
  const parse = collection === "s" && verb === "write" ? parseConnectionId : parseServiceOf;
  const id = firstNamed<ConnectionId | ServiceId>(names, parse);
  return targetsInScope(id === undefined ? [] : [id], scope) ?? { kind: "malformed" };
}

/**
 * Undefined if nothing is named. Tags and management groups of the scope are checked by the review, which reads them.
 */
function targetsInScope(
  named: readonly (ConnectionId | ServiceId)[],
  scope: ScopeConfig,
): EventTargets | undefined {
  if (named.length === 0) return undefined;
  const ids = named.filter((id) => governsById(scope, id.kind === "service" ? id : id.service) !== "no");
  return ids.length === 0 ? { kind: "not-governed" } : { kind: "targets", ids };
}

/**
 * The service of a proxy or of a deleted connection: a proxy is not named like its connection, and a deletion shows as
 * an absence from the service.
 */
function parseServiceOf(uri: string): ServiceId | undefined {
  const [service = "", name, more] = uri.split(collections);
  return name === undefined || more !== undefined ? undefined : parseServiceId(service);
}

/** The API Management services that an endpoint names as its targets, each once. */
function targetServices(properties: unknown): readonly ServiceId[] {
  const links = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].flatMap((name) => {
    const list = property(properties, name);
    return Array.isArray(list) ? (list as readonly unknown[]).slice(0, linksMax) : [];
  });
  const services = links.slice(0, linksMax).flatMap((link) => {
    const target = property(property(link, "properties"), "privateLinkServiceId");
    return (typeof target === "string" && parseServiceId(target)) || [];
  });
  return [...new Map(services.map((id) => [id.text, id])).values()];
}
