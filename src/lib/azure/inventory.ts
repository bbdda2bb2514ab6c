import type { InventoryPage, Listed, ListedAddresses } from "../connections/azure.ts";
import { defined } from "./defined.ts";
import { graphPage, type Graph } from "./graph-query.ts";
import type { ReadOptions } from "./read.ts";
import { parseConnectionId, parseServiceId } from "./resource-id.ts";

const query =
  "resources | where type =~ 'microsoft.apimanagement/service' " +
  "| project id, location, tags, connections = properties.privateEndpointConnections, " +
  "publicAddresses = properties.publicIPAddresses, privateAddresses = properties.privateIPAddresses, " +
  "outboundAddresses = properties.outboundPublicIPAddresses, locations = properties.additionalLocations " +
  "| order by id asc";

/** A request may name at most this many; more are asked for by naming none, and what is not wanted is left out later. */
const subscriptionsMax = 300;

/** A page of services by Resource Graph; undefined for an answer that is none. */
export async function queryServices(
  graph: Graph,
  within: readonly string[] | "all",
  from: string | undefined,
  options: ReadOptions,
): Promise<InventoryPage | undefined> {
  const named = within === "all" || within.length > subscriptionsMax ? "all" : within;
  const page = await graphPage(graph, query, named, from, options);
  if (page === undefined) return undefined;
  const services = page.rows.flatMap((row) => listedFrom(row) ?? []);
  const { next } = page;
  return { services, unreadable: page.rows.length - services.length, ...defined({ next }) };
}

type Row = Readonly<Record<string, unknown>>;

function listedFrom({ id: text, location, tags, connections, locations, ...row }: Row): Listed | undefined {
  const id = parseServiceId(typeof text === "string" ? text : "");
  if (id === undefined) return undefined;
  const others = Array.isArray(locations) ? (locations as readonly Row[]) : [];
  return {
    id,
    ...defined({ tags: tagsFrom(tags), connections: connectionsFrom(connections) }),
    addresses: [
      addressesFrom(location, row),
      ...others.map((other) =>
        addressesFrom(other.location, {
          publicAddresses: other.publicIPAddresses,
          privateAddresses: other.privateIPAddresses,
          outboundAddresses: other.outboundPublicIPAddresses,
        }),
      ),
    ].flatMap((each) => each ?? []),
  };
}

/** One connection that cannot be read makes all of them unknown: a list that lacks one must not pass for whole. */
function connectionsFrom(list: unknown): Listed["connections"] {
  if (!Array.isArray(list)) return undefined;
  const connections = (list as readonly WireConnection[]).map((each) => {
    const id = parseConnectionId(each?.id ?? "");
    const state = each?.properties?.privateLinkServiceConnectionState?.status;
    return id === undefined || typeof state !== "string" ? undefined : { id, state };
  });
  return connections.every((each) => each !== undefined) ? connections : undefined;
}

/** As Resource Graph keeps what the provider's own answer says, with its `properties`. */
interface WireConnection {
  readonly id?: string;
  readonly properties?: { readonly privateLinkServiceConnectionState?: { readonly status?: unknown } };
}

function tagsFrom(tags: unknown): Listed["tags"] {
  return typeof tags === "object" && tags !== null ? (tags as Readonly<Record<string, string>>) : {};
}

function addressesFrom(location: unknown, row: Row): ListedAddresses | undefined {
  if (typeof location !== "string") return undefined;
  const { publicAddresses, privateAddresses, outboundAddresses } = row;
  return {
    location,
    ...defined({
      publicAddresses: textsFrom(publicAddresses),
      privateAddresses: textsFrom(privateAddresses),
      outboundAddresses: textsFrom(outboundAddresses),
    }),
  };
}

function textsFrom(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value : undefined;
}
