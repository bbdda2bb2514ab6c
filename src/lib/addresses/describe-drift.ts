import { describeDifference } from "../alerts/reasons-of-addresses.ts";
import type { AddressRecord } from "./model/baseline.ts";

/** How the addresses of a record differ from its baseline. */
export function sentence({
  kind,
  location,
  baseline,
  current,
  origin,
  neverObserved,
}: AddressRecord): string {
  const declaredIn = neverObserved !== undefined && origin.kind === "declared" ? origin.file : undefined;
  return describeDifference({ kind, location, baseline, current, declaredIn });
}

export function atBaseline(record: AddressRecord): AddressRecord {
  return { ...record, current: record.baseline };
}
