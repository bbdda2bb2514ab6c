import { addressCheckOverdueReason } from "../../alerts/reasons-of-the-app.ts";
import { appRows } from "../../app-state.ts";
import type { Needed } from "../../estate/events/event-path.ts";
import type { InventoryPass } from "../../estate/inventory-pass.ts";
import type { ScanKind } from "../../estate/scan-run-row.ts";
import type { Addressed } from "../model/baseline.ts";
import type { DeclaredAddresses } from "../model/declared.ts";
import type { KnownDigest } from "../model/digest.ts";
import type { AddressServices } from "../services.ts";

export const addressCheck: ScanKind = {
  row: appRows.addressCheck,
  name: "check of the addresses",
  subject: "addresses",
  overdue: addressCheckOverdueReason,
};

/** The digest of a resource, and whether the inventory showed it in this pass. */
export type KnownResource = KnownDigest & { readonly shown?: true };

/** State of a running address check. */
export interface CheckPass extends InventoryPass {
  readonly with: AddressServices;
  readonly known: Map<string, KnownResource>;
  /** Completion of the last check that saw everything. */
  readonly checkedAt?: string;
  /** Resources that the inventory shows incompletely, so that they are read directly. */
  readonly partial: Map<string, Addressed>;
  /** Declarations that have matched nothing observed so far. */
  readonly nowhere: Set<DeclaredAddresses>;
  /** The number of drifted addresses by resource, of the resources compared in this pass. */
  readonly drifts: Map<string, number>;
  /** What is governed or watched in each subscription, and so which of its events are needed. */
  readonly eventsNeeded: Map<string, Needed>;
  /** Comparisons that failed for a reason other than an answer of Azure. */
  failed: number;
  publicIps: number;
  /** Resources that were compared with their baseline. */
  compared: number;
}
