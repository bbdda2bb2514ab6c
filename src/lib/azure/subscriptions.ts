import type { Subscription } from "../estate/subscription.ts";
import { graphPage, type Graph } from "./graph-query.ts";
import type { ReadOptions } from "./read.ts";
import { isSubscriptionId } from "./resource-id.ts";

/** Subscriptions by Resource Graph; ids that are none never reach the query's text. */
export async function querySubscriptions(
  graph: Graph,
  ids: readonly string[] | "all",
  options: ReadOptions,
): Promise<ReadonlyMap<string, Subscription> | undefined> {
  const query = queryFor(ids);
  const found = new Map<string, Subscription>();
  let from: string | undefined;
  do {
    const page = await graphPage(graph, query, "all", from, options);
    if (page === undefined) return undefined;
    for (const [id, subscription] of page.rows.flatMap((row) => subscriptionFrom(row) ?? []))
      found.set(id, subscription);
    from = page.next;
  } while (from !== undefined);
  return found;
}

function queryFor(ids: readonly string[] | "all"): string {
  const list = ids === "all" ? [] : ids.filter(isSubscriptionId).map((id) => `'${id}'`);
  const among = ids === "all" ? "" : `| where subscriptionId in (${list.join(", ")}) `;
  return (
    `resourcecontainers | where type =~ 'microsoft.resources/subscriptions' ${among}` +
    "| project id, subscriptionId, name, state = properties.state, groups = properties.managementGroupAncestorsChain | order by id asc"
  );
}

function subscriptionFrom({
  subscriptionId,
  name,
  state,
  groups,
}: Readonly<Record<string, unknown>>): readonly (readonly [string, Subscription])[] | undefined {
  if (typeof subscriptionId !== "string" || typeof name !== "string") return undefined;
  const managementGroups = groupsFrom(groups);
  if (managementGroups === undefined) return undefined;
  const subscription = { name, managementGroups, ...(typeof state === "string" ? { state } : {}) };
  return [[subscriptionId.toLowerCase(), subscription]];
}

/** The chain may be null, where the caller may not read above the subscription: that is not "under no group". */
function groupsFrom(chain: unknown): readonly string[] | undefined {
  if (!Array.isArray(chain)) return undefined;
  const names = (chain as readonly { readonly name?: unknown }[]).map((each) => each?.name);
  return names.every((each) => typeof each === "string") ? names : undefined;
}
