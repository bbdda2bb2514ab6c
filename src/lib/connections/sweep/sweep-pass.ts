import type { Read } from "../../estate/read.ts";
import type { Subscriptions } from "../../estate/subscription.ts";
import { sweepOverdueReason } from "../../alerts/reasons-of-the-app.ts";
import { appRows, type AppState } from "../../app-state.ts";
import type { ConnectionId, ServiceId } from "../../azure/resource-id.ts";
import { deciderInForce, revokingDecider } from "../review/evaluate.ts";
import type { Azure } from "../azure-connections.ts";
import type { Breakers } from "../breakers/breakers.ts";
import type { Digest } from "../digests.ts";
import type { Ledger } from "../ledger.ts";
import type { ReviewServices } from "../review/ports.ts";
import { startPass, type InventoryPass } from "../../estate/inventory-pass.ts";
import { isByTraits } from "../../estate/scope.ts";
import type { Run, ScanKind } from "../../estate/scan-run-row.ts";

/** What a sweep needs. It can change nothing on Azure, and no record. */
export interface SweepServices extends Pick<
  ReviewServices,
  "digests" | "policy" | "mode" | "scope" | "clock" | "log" | "newId"
> {
  readonly azure: Pick<Azure, "inventory" | "services" | "subscriptions">;
  readonly ledger: Pick<Ledger, "openReviews" | "connections">;
  readonly breakers: Pick<Breakers, "refresh">;
  readonly appState: AppState;
}

export const sweeps: ScanKind = {
  row: appRows.sweep,
  name: "sweep",
  subject: "sweep",
  overdue: sweepOverdueReason,
};

/** A service as a sweep knows it: its digest, and how completely the inventory shows its connections this time. */
export interface KnownService extends Digest {
  readonly shown?: "complete" | "partial" | "null";
}

/** The state of a running sweep. */
export interface SweepPass extends InventoryPass {
  readonly with: SweepServices;
  readonly known: Map<string, KnownService>;
  /** The hash of the current policy, parameters and mode; undefined if the policy could not be read. */
  readonly decider: string | undefined;
  /** Who evaluates approvals; see `revokingDecider`. */
  readonly revokingDecider: string | undefined;
  readonly due: Map<string, ConnectionId | ServiceId>;
  /** Number of connections of the services that have many. */
  readonly nearLimit: Map<string, number>;
}

export async function startSweepPass(services: SweepServices, run: Run): Promise<SweepPass> {
  const { azure, clock, digests, policy, mode, scope } = services;
  const subscriptions: Read<Subscriptions> = isByTraits(scope)
    ? await azure.subscriptions("all")
    : { kind: "known", value: { at: clock.now(), byId: new Map() } };
  const loaded = await policy();
  return {
    ...startPass(run, clock, subscriptions),
    with: services,
    runs: sweeps,
    known: await digests.all(),
    decider: deciderInForce(loaded, mode),
    revokingDecider: revokingDecider(loaded, mode),
    due: new Map(),
    nearLimit: new Map(),
  };
}
