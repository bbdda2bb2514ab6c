import { appRows } from "../../app-state.ts";
import type { InventoryPass } from "../../estate/inventory-pass.ts";
import type { ScanKind } from "../../estate/run-row.ts";
import type { Addressed } from "../model/baseline.ts";
import type { DeclaredAddresses } from "../model/declared.ts";
import type { KnownDigest } from "../model/digest.ts";
import type { AddressServices } from "../services.ts";

export const checks: ScanKind = {
  row: appRows.addressCheck,
  name: "check of the addresses",
  subject: "addresses",
  overdue: (since) =>
    `no check of the addresses has completed since ${since}; addresses that change are not reported until one does. ` +
    "Check the timer checkAddresses, and the log for failed reads of the inventory",
};

/** What a check knows of a resource, and whether the inventory showed it this time. */
export type Known = KnownDigest & { readonly shown?: true };

/** A check under way. */
export interface Checking extends InventoryPass {
  readonly with: AddressServices;
  readonly known: Map<string, Known>;
  /** When the last check that saw everything began. */
  readonly checkedAt?: string;
  /** Resources whose part of the inventory is not whole, so that they are read themselves. */
  readonly partial: Map<string, Addressed>;
  /** What is declared of a place that nothing was seen in. */
  readonly nowhere: Set<DeclaredAddresses>;
  /** Of those that were looked at, how many of their addresses have drifted. */
  readonly drifts: Map<string, number>;
  /** How many could not be looked at for a reason that is not Azure's. */
  failed: number;
  publicIps: number;
  looked: number;
}
