import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { Subscription, Subscriptions } from "../connections/azure.ts";
import { isSubscriptionId } from "./resource-id.ts";

const idsMax = 100;

/** Subscriptions by Resource Graph; ids that are none never reach the query's text. */
export async function querySubscriptions(
  graph: Pick<ResourceGraphClient, "resources">,
  ids: readonly string[],
  options: { readonly abortSignal: AbortSignal },
): Promise<Subscriptions | undefined> {
  const list = ids.filter(isSubscriptionId).slice(0, idsMax);
  const query =
    "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' " +
    `| where subscriptionId in (${list.map((id) => `'${id}'`).join(", ")}) ` +
    "| project subscriptionId, name, groups = properties.managementGroupAncestorsChain";
  const { data } = await graph.resources({ query, options: { resultFormat: "objectArray" } }, options);
  // An answer without rows at all is an answer; one without a table is none.
  if (!Array.isArray(data)) return undefined;
  return new Map((data as readonly unknown[]).flatMap((row) => subscriptionFrom(row) ?? []));
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
