import type { AddressRecord } from "./model/baseline.ts";
import type { Cause } from "./causes.ts";

/** Kind and location of a record. */
export function where({ kind, location }: AddressRecord): string {
  return `${kind} in ${location}`;
}

/**
 * How the addresses differ from the baseline. A declared baseline that was never observed did not "become" anything.
 */
export function sentence(record: AddressRecord): string {
  const { baseline, current, origin, unseen } = record;
  const list = (addresses: readonly string[]) => (addresses.length === 0 ? "none" : addresses.join(", "));
  if (unseen !== undefined && origin.kind === "declared")
    return `${where(record)}: declared ${list(baseline)} (${origin.file}), found ${list(current)}`;
  return `${where(record)}: ${list(baseline)} became ${list(current)}`;
}

export function probable([first]: readonly Cause[]): string {
  if (first === undefined) return "";
  return first.cause === "unknown"
    ? "The cause is unknown: nothing else that Azure reports about it changed"
    : `Probable cause: ${first.cause} (${first.for.join("; ")})`;
}

export function atBaseline(record: AddressRecord): AddressRecord {
  return { ...record, current: record.baseline };
}
