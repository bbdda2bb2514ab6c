import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";
import { firstNamed, property, readHint } from "../estate/event.ts";
import { governsById } from "../estate/scope.ts";

/** What an event makes us look at, or why it is passed over. */
export type Told =
  | { readonly kind: "look"; readonly ids: readonly (ConnectionId | ServiceId)[] }
  | { readonly kind: "malformed" | "irrelevant" | "not-governed" };

const collections = /\/privateEndpointConnection(?:Proxies|s)\//i;
const operations =
  /^microsoft\.apimanagement\/service\/privateendpointconnection(proxies|s)\/(write|delete)$/;
/** An endpoint has one connection; Azure's lists have room for more, and a forged event for any number. */
const linksMax = 10;

/** Reads one event. It may be forged, late or doubled: it only says what to look at, and never beyond the scope. */
export function readEvent(event: unknown, scope: ScopeConfig): Told {
  const hint = readHint(event);
  if (hint === undefined) return { kind: "malformed" };
  const { operation, names, resource } = hint;
  if (operation === undefined) {
    if (resource?.type !== "microsoft.network/privateendpoints") return { kind: "irrelevant" };
    return lookAt(linked(resource.properties), scope) ?? { kind: "irrelevant" };
  }
  const [, collection, verb] = operations.exec(operation) ?? [];
  if (collection === undefined) return { kind: "irrelevant" };
  const parse = collection === "s" && verb === "write" ? parseConnectionId : parseServiceOf;
  const id = firstNamed<ConnectionId | ServiceId>(names, parse);
  return lookAt(id === undefined ? [] : [id], scope) ?? { kind: "malformed" };
}

/** Undefined where nothing is named. Where tags or management groups decide, the review reads them. */
function lookAt(named: readonly (ConnectionId | ServiceId)[], scope: ScopeConfig): Told | undefined {
  if (named.length === 0) return undefined;
  const ids = named.filter((id) => governsById(scope, id.kind === "service" ? id : id.service) !== "no");
  return ids.length === 0 ? { kind: "not-governed" } : { kind: "look", ids };
}

/** A proxy's name is not its connection's, and a deleted connection is found by its absence: both mean the service. */
function parseServiceOf(uri: string): ServiceId | undefined {
  const [service = "", name, more] = uri.split(collections);
  return name === undefined || more !== undefined ? undefined : parseServiceId(service);
}

/** The services that an endpoint names as its targets, each once; other providers' are none of ours. */
function linked(properties: unknown): readonly ServiceId[] {
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
