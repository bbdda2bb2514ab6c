import type { ListedService } from "../connections/azure-connections.ts";
import type { InventoryPage } from "../estate/inventory-page.ts";
import type { Read } from "../estate/read.ts";
import type { Ask } from "./read-arm.ts";
import { decodedPage, graphPage, type Graph, type PagePlace } from "./graph-query.ts";
import { listedFrom } from "./service-from.ts";

const query =
  "resources | where type =~ 'microsoft.apimanagement/service' " +
  "| project id, tags, privateEndpointConnections = properties.privateEndpointConnections | order by id asc";

/** A page of services, from Resource Graph. */
export async function queryServices(
  ask: Ask,
  graph: Graph,
  place: PagePlace,
): Promise<Read<InventoryPage<ListedService>>> {
  return decodedPage(await graphPage(ask, graph, query, place), listedFrom);
}
