import { knownRead, thenRead, valueOf, type Read } from "../estate/read.ts";
import type { FoundSubscriptions, Subscription } from "../estate/subscription.ts";
import { asEnum, asFilled, asList, asName, asObject, asTags, at } from "./arm-json.ts";
import type { Ask } from "./read-arm.ts";
import { defined } from "./defined.ts";
import { graphPage, type Graph } from "./graph-query.ts";
import { isGuid } from "../guid.ts";

/** Subscriptions, from Resource Graph. Only valid ids reach the text of the query. */
export async function querySubscriptions(
  ask: Ask,
  graph: Graph,
  ids: readonly string[] | "all",
): Promise<Read<FoundSubscriptions>> {
  const query = queryFor(ids);
  const found = new Map<string, Subscription>();
  let from: string | undefined;
  let isLimited: true | undefined;
  do {
    const page = await graphPage(ask, graph, query, { within: "all", from });
    if (page.kind === "unknown") return page;
    for (const row of page.value.rows) {
      const read = subscriptionFrom(row);
      if (read.kind === "known") found.set(...read.value);
    }
    from = page.value.next;
    if (page.value.isLimited === true) isLimited = true;
  } while (from !== undefined);
  return knownRead({ byId: found, ...defined({ isLimited }) });
}

function queryFor(ids: readonly string[] | "all"): string {
  const list = ids === "all" ? [] : ids.filter(isGuid).map((id) => `'${id}'`);
  const among = ids === "all" ? "" : `| where subscriptionId in (${list.join(", ")}) `;
  return (
    `resourcecontainers | where type =~ 'microsoft.resources/subscriptions' ${among}` +
    "| project id, subscriptionId, name, state = properties.state, groups = properties.managementGroupAncestorsChain, tags | order by id asc"
  );
}

const subscription = asObject({
  id: at("subscriptionId", asName),
  name: at("name", asName),
  state: at("state", asEnum("Enabled", "Warned", "PastDue", "Disabled", "Deleted")),
  // Null if the app may not read the management groups. Every subscription is in one, so that null is unknown.
  tags: at("tags", asTags),
  managementGroups: at("groups", asFilled(asList(at("name", asName)))),
});

/** Leaves out a subscription whose name or groups are missing, so that it counts as unknown. */
function subscriptionFrom(row: unknown): Read<readonly [string, Subscription]> {
  return thenRead(subscription(row), ({ id, name, state, tags, managementGroups }) =>
    thenRead(id, (text) =>
      thenRead(name, (display) =>
        thenRead(managementGroups, (groups) =>
          knownRead([
            text.toLowerCase(),
            {
              name: display,
              managementGroups: [...new Set(groups)],
              ...defined({ state: valueOf(state), tags: valueOf(tags) }),
            },
          ] as const),
        ),
      ),
    ),
  );
}
