import type { AddressAzure } from "../addresses/azure-addresses.ts";
import type { Azure } from "../connections/azure-connections.ts";
import type { EventAzure } from "../estate/events/event-paths.ts";
import type { Read } from "../estate/read.ts";
import type { FoundSubscriptions } from "../estate/subscription.ts";
import { queryPublicIps } from "./address-inventory.ts";
import { listTimeoutMs, pageTimeoutMs, readArm } from "./read-arm.ts";
import type { Graph } from "./graph-query.ts";
import { queryServices } from "./inventory.ts";
import { querySubscriptions } from "./subscriptions.ts";
import { querySystemTopics } from "./system-topics.ts";

/** Reads by Resource Graph. */
export interface ArmGraph
  extends Pick<Azure, "inventory">, Pick<EventAzure, "systemTopics">, Pick<AddressAzure, "publicIps"> {
  subscriptions(ids: readonly string[] | "all"): Promise<Read<FoundSubscriptions>>;
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
    publicIps: (within, from) =>
      readArm(async (ask) => queryPublicIps(ask, await graph(), { within, from }), pageTimeoutMs),
    systemTopics: (within) =>
      readArm(async (ask) => querySystemTopics(ask, await graph(), within), listTimeoutMs),
  };
}
