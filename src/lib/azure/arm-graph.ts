import type { Azure } from "../connections/azure.ts";
import type { Read } from "../estate/read.ts";
import type { Subscription } from "../estate/subscription.ts";
import { readArm } from "./ask.ts";
import type { Graph } from "./graph-query.ts";
import { queryServices } from "./inventory.ts";
import { querySubscriptions } from "./subscriptions.ts";
import { querySystemTopics } from "./system-topics.ts";

/** A list may have several pages. */
export const listTimeoutMs = 60_000;
const pageTimeoutMs = 30_000;

/** Reads by Resource Graph. */
export interface ArmGraph extends Pick<Azure, "inventory" | "systemTopics"> {
  /** By subscription id. */
  subscriptions(ids: readonly string[] | "all"): Promise<Read<ReadonlyMap<string, Subscription>>>;
}

export function armGraph(graph: () => Promise<Graph>): ArmGraph {
  return {
    inventory: (within, from) =>
      readArm(async (ask) => queryServices(ask, await graph(), { within, from }), pageTimeoutMs),
    subscriptions: (ids) =>
      readArm(
        async (ask) => querySubscriptions(ask, await graph(), ids),
        ids === "all" ? listTimeoutMs : undefined,
      ),
    systemTopics: (within) =>
      readArm(async (ask) => querySystemTopics(ask, await graph(), within), listTimeoutMs),
  };
}
