import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { Subscription, Subscriptions } from "../connections/azure.ts";
import type { ReadOptions } from "./read.ts";
import { isSubscriptionId } from "./resource-id.ts";

/** Subscriptions by Resource Graph; ids that are none never reach the query's text. */
export async function querySubscriptions(
  graph: Pick<ResourceGraphClient, "resources">,
  ids: readonly string[] | "all",
  options: ReadOptions,
): Promise<Subscriptions | undefined> {
  const query = queryFor(ids);
  const found = new Map<string, Subscription>();
  let skipToken: string | undefined;
  do {
    const paging = skipToken === undefined ? {} : { skipToken };
    const page = await graph.resources(
      { query, options: { resultFormat: "objectArray", ...paging } },
      options,
    );
    // An answer without rows at all is an answer; one without a table is none.
    if (!Array.isArray(page.data)) return undefined;
    for (const [id, subscription] of (page.data as readonly unknown[]).flatMap(
      (row) => subscriptionFrom(row) ?? [],
    ))
      found.set(id, subscription);
    skipToken = page.skipToken;
  } while (skipToken !== undefined);
  return found;
}

function queryFor(ids: readonly string[] | "all"): string {
  const list = ids === "all" ? [] : ids.filter(isSubscriptionId).map((id) => `'${id}'`);
  const among = ids === "all" ? "" : `| where subscriptionId in (${list.join(", ")}) `;
  return (
    `resourcecontainers | where type =~ 'microsoft.resources/subscriptions' ${among}` +
    "| project subscriptionId, name, groups = properties.managementGroupAncestorsChain"
  );
}

function subscriptionFrom(row: unknown): readonly (readonly [string, Subscription])[] | undefined {
  if (typeof row !== "object" || row === null) return undefined;
  const { subscriptionId, name, groups } = row as Readonly<Record<string, unknown>>;
  if (typeof subscriptionId !== "string" || typeof name !== "string") return undefined;
  const managementGroups = groupsFrom(groups);
  return managementGroups && [[subscriptionId.toLowerCase(), { name, managementGroups }]];
}

/** The chain may be null, where the caller may not read above the subscription: that is not "under no group". */
function groupsFrom(chain: unknown): readonly string[] | undefined {
  if (!Array.isArray(chain)) return undefined;
  const names = (chain as readonly { readonly name?: unknown }[]).map((each) => each?.name);
  return names.every((each) => typeof each === "string") ? names : undefined;
}
