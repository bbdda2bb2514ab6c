import type { Read } from "../../estate/read.ts";
import type { Subscriptions } from "../../estate/subscription.ts";
import { subscriptionIn } from "../../estate/subscription.ts";
import type { AppState } from "../../app-state.ts";
import type { ConnectionId, ServiceId } from "../../azure/resource-id.ts";
import type { Listed } from "../azure.ts";
import { deciderInForce } from "../review/evaluate.ts";
import type { Digest } from "../digests.ts";
import type { ReviewServices } from "../review/review-services.ts";
import { governs, isByTraits } from "../../estate/scope.ts";
import type { Run, Runs } from "../../estate/run-row.ts";

export type SweepServices = Pick<
  ReviewServices,
  "azure" | "ledger" | "digests" | "breakers" | "policy" | "mode" | "scope" | "clock" | "log" | "newId"
> & { readonly appState: AppState };

export const sweeps: Runs = {
  row: "run-connections",
  what: "sweep",
  subject: "sweep",
  overdue: (since) =>
    `no sweep of the connections has come to its end since ${since}; what events missed is not found meanwhile. ` +
    "Check the timer sweepConnections and what the log says of the inventory",
};

/** What a sweep knows of a service: its digest, and how the inventory showed it this time. */
export interface Known extends Digest {
  readonly shown?: "whole" | "in part" | "untold";
}

/** A sweep under way. */
export interface Sweeping {
  readonly with: SweepServices;
  run: Run;
  /** Whether it goes on where another stopped: it sees only the rest of the inventory. */
  resumed: boolean;
  readonly subscriptions: Read<Subscriptions>;
  /** What is remembered of every service, by its key. */
  readonly known: Map<string, Known>;
  /** What decides now; undefined where that could not be read. */
  readonly decider: string | undefined;
  readonly due: Map<string, ConnectionId | ServiceId>;
  readonly unread: Set<string>;
  /** How many connections services have, of those that have many. */
  readonly near: Map<string, number>;
  services: number;
  stopped?: string;
}

export async function startSweeping(services: SweepServices, run: Run): Promise<Sweeping> {
  const { azure, clock, digests, policy, mode, scope } = services;
  const subscriptions: Read<Subscriptions> = isByTraits(scope)
    ? await azure.subscriptions("all")
    : { kind: "known", value: { at: clock.now(), byId: new Map() } };
  return {
    with: services,
    run,
    resumed: run.from !== undefined,
    subscriptions,
    known: await digests.all(),
    decider: deciderInForce(await policy(), mode),
    due: new Map(),
    unread: new Set(subscriptions.kind === "unknown" ? ["the subscriptions"] : []),
    near: new Map(),
    services: 0,
  };
}

/**
 * Whether a listed service is governed; what would tell of it and could not be read is told as unread. Tags that the inventory
 * does not show, as of every service that has none, are no such thing: its provider's own list has them.
 */
export function isGoverned(
  { with: { scope }, subscriptions, unread }: Sweeping,
  { id, tags }: Listed,
): boolean {
  const subscription = subscriptionIn(subscriptions, id.subscriptionId);
  const governed = governs(scope, id, { tags, subscription });
  if (governed === "unknown" && tags.kind === "known") unread.add(id.text);
  return governed === "yes";
}
