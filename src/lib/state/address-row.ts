import type { AddressHead, AddressRecord } from "../addresses/model/baseline.ts";
import { rowValue, valueOf } from "./row-version.ts";
import type { Row } from "./rows.ts";

/** The names under which earlier versions stored these properties, and under which rows keep them. */
const storedNames: ReadonlyMap<string, string> = new Map<keyof AddressRecord | keyof AddressHead, string>([
  ["lastReported", "heard"],
  ["reportedDrifts", "told"],
  ["neverObserved", "unseen"],
  ["goneReportedAt", "goneToldAt"],
  ["contextChanges", "shifts"],
]);
const namesByStored: ReadonlyMap<string, string> = new Map(
  [...storedNames].map(([name, stored]) => [stored, name]),
);

/** The record, or the head, that a row holds. */
export function fromAddressRow<T extends AddressRecord | AddressHead>(row: Row): T {
  return { ...(renamed(valueOf<object>(row), namesByStored) as T), version: row.etag };
}

/** What a row of the record or the head holds. */
export function addressRowValue(value: Omit<AddressRecord | AddressHead, "version">): Row["value"] {
  return rowValue(renamed(value, storedNames));
}

function renamed(value: object, names: ReadonlyMap<string, string>): object {
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [names.get(name) ?? name, each]));
}
