import type { InventoryPage, Listed } from "../connections/azure.ts";
import { defined } from "./defined.ts";
import { graphPage, type Graph, type Row } from "./graph-query.ts";
import type { ReadOptions } from "./read.ts";
import { parseConnectionId, parseServiceId } from "./resource-id.ts";
import * as wire from "./wire.ts";

const query =
  "resources | where type =~ 'microsoft.apimanagement/service' " +
  "| project id, tags, connections = properties.privateEndpointConnections | order by id asc";

/** A page of services by Resource Graph; undefined for an answer that is none. */
export async function queryServices(
  graph: Graph,
  within: readonly string[] | "all",
  from: string | undefined,
  options: ReadOptions,
): Promise<InventoryPage | undefined> {
  const page = await graphPage(graph, query, within, from, options);
  if (page === undefined) return undefined;
  const services = page.rows.flatMap((row) => listedFrom(row) ?? []);
  const { next } = page;
  return { services, unreadable: page.rows.length - services.length, ...defined({ next }) };
}

function listedFrom({ id: named, tags, connections }: Row): Listed | undefined {
  const id = parseServiceId(wire.text(named) ?? "");
  if (id === undefined) return undefined;
  return { id, ...defined({ tags: wire.tags(tags), connections: connectionsFrom(connections) }) };
}

/** One connection that cannot be read makes all of them unknown: a list that lacks one must not pass for whole. */
function connectionsFrom(list: unknown): Listed["connections"] {
  if (!Array.isArray(list)) return undefined;
  const connections = (list as readonly WireConnection[]).map((each) => {
    const id = parseConnectionId(each?.id ?? "");
    const state = each?.properties?.privateLinkServiceConnectionState?.status;
    const endpointId = each?.properties?.privateEndpoint?.id;
    const description = each?.properties?.privateLinkServiceConnectionState?.description;
    return id === undefined || typeof state !== "string"
      ? undefined
      : { id, state, ...defined({ endpointId, description }) };
  });
  return connections.every((each) => each !== undefined) ? connections : undefined;
}

/** As Resource Graph keeps what the provider's own answer says, with its `properties`. */
interface WireConnection {
  readonly id?: string;
  readonly properties?: {
    readonly privateEndpoint?: { readonly id?: string };
    readonly privateLinkServiceConnectionState?: { readonly status?: unknown; readonly description?: string };
  };
}
