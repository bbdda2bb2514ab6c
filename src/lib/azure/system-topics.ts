import type { Within } from "../estate/inventory-page.ts";
import type { SystemTopic } from "../estate/events/event-paths.ts";
import { knownRead, mapRead, thenRead, unknownRead, valueOf, type Read } from "../estate/read.ts";
import { isGuid } from "../guid.ts";
import { asId, asName, asObject, asTags, at } from "./arm-json.ts";
import type { Ask } from "./read-arm.ts";
import { defined } from "./defined.ts";
import { graphPage, type Graph } from "./graph-query.ts";

const query =
  "resources | where type =~ 'microsoft.eventgrid/systemtopics' and properties.topicType =~ 'Microsoft.Resources.Subscriptions' " +
  "| project id, name, subscriptionId, resourceGroup, identity, tags | order by id asc";

const asGuid = asId((text) => (isGuid(text) ? text.toLowerCase() : undefined));

const topic = asObject({
  name: at("name", asName),
  subscriptionId: at("subscriptionId", asGuid),
  resourceGroup: at("resourceGroup", asName),
  identity: at("identity.type", asName),
  principalId: at("identity.principalId", asGuid),
  tags: at("tags", asTags),
});

/**
 * The system topics of subscriptions by Resource Graph, through all pages. A row that cannot be read, or is left out,
 * makes all of them unknown.
 */
export async function querySystemTopics(
  ask: Ask,
  graph: Graph,
  within: Within,
): Promise<Read<readonly SystemTopic[]>> {
  const found: SystemTopic[] = [];
  let from: string | undefined;
  do {
    const page = await graphPage(ask, graph, query, { within, from });
    if (page.kind === "unknown") return page;
    if (page.value.isLimited === true) return unknownRead("incomplete-list");
    for (const row of page.value.rows) {
      const read = topicFrom(row);
      if (read.kind === "unknown") return unknownRead("incomplete-list");
      found.push(read.value);
    }
    from = page.value.next;
  } while (from !== undefined);
  return knownRead(found);
}

function topicFrom(row: unknown): Read<SystemTopic> {
  return thenRead(topic(row), ({ name, subscriptionId, resourceGroup, identity, principalId, tags }) =>
    thenRead(name, (named) =>
      thenRead(subscriptionId, (subscription) =>
        mapRead(resourceGroup, (group) => ({
          name: named,
          subscriptionId: subscription,
          resourceGroup: group,
          ...defined({ identity: valueOf(identity), principalId: valueOf(principalId), tags: valueOf(tags) }),
        })),
      ),
    ),
  );
}
