import type { InventoryPage } from "../connections/azure.ts";
import { mapRead, type Read } from "../estate/read.ts";
import { asResource } from "./arm-json.ts";
import type { Ask } from "./ask.ts";
import { defined } from "./defined.ts";
import { graphPage, type Graph } from "./graph-query.ts";
import { listedFrom } from "./service-from.ts";

const query =
  "resources | where type =~ 'microsoft.apimanagement/service' " +
  "| project id, tags, privateEndpointConnections = properties.privateEndpointConnections | order by id asc";

/** A page of services by Resource Graph. */
export async function queryServices(
  ask: Ask,
  graph: Graph,
  within: readonly string[] | "all",
  from: string | undefined,
): Promise<Read<InventoryPage>> {
  return mapRead(await graphPage(ask, graph, query, within, from), ({ rows, next }) => {
    const read = rows.map((row) => listedFrom(asResource(row)));
    const services = read.flatMap((each) => (each.kind === "known" ? [each.value] : []));
    return { services, unreadable: rows.length - services.length, ...defined({ next }) };
  });
}
