import { dayMs } from "../clock.ts";
import { sha256 } from "../hash.ts";
import type { AddressRecord } from "../addresses/model/baseline.ts";
import { ownerText, type Owner } from "../alerts/outbox.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { prefixEnd } from "./rows.ts";
import type { Key } from "./rows.ts";
import { foldName } from "../fold-name.ts";

/**
 * The key of an ARM id: the hash of its folded text, because the id itself contains slashes, which a key may not. Other
 * tools may read the table, so that the keys of this file must not change.
 */
export function idHash(id: string): string {
  return sha256(foldName(id));
}

export function servicePartition({ text }: ServiceId): string {
  return `s-${idHash(text)}`;
}

export const allServices = { from: "s-", to: prefixEnd("s-") };

export function partitionOf(owner: Owner): string {
  if (owner === "app") return "app";
  return owner.kind === "service" ? servicePartition(owner) : `p-${idHash(owner.text)}`;
}

/** Every partition with alerts, the app's own first. */
export const allOwners = { from: "app", to: prefixEnd("s-") };

/** Everything that has addresses: the partitions of services and of public IP resources. */
export const allAddressed = { from: "p-", to: prefixEnd("s-") };

export const connectionPrefix = "connection-";
export const entryPrefix = "decision-";
export const outboxPrefix = "outbox-";
export const alertPrefix = "alert-";
/**
 * Begins with the time, so that the alerts of one owner are listed in order. The same alert at another time is another
 * row.
 */
export function alertRow({ id, time }: { readonly id: string; readonly time: string }): string {
  return `${alertPrefix}${instantDigits(time)}-${id}`;
}

export const headRow = "head";
export const addressPrefix = "address-";
/** Sorts after the records, and shares the prefix `addressRows` with them, so that one query reads both. */
export const addressHeadRow = "addresses";
export const addressRows = "address";
export const changePrefix = "change-";

/** Azure's names of locations are letters and digits. Any other character may be invalid in a key and is replaced. */
export function addressRow({ kind, location }: Pick<AddressRecord, "kind" | "location">): string {
  return `${addressPrefix}${kind}-${location.replaceAll(/[^a-z0-9]/g, "_")}`;
}

export function changeRow(sequence: number): string {
  return changePrefix + padded(sequence);
}

export const allAddressDigests = { from: "addresses-", to: prefixEnd("addresses-") };

/** The row of a resource's address digest, by the hash of its id. */
export function addressDigestKey(resource: string): Key {
  return { partition: `addresses-0${resource[0] ?? "0"}`, row: resource };
}

export function connectionKey(id: ConnectionId): Key {
  return { partition: servicePartition(id.service), row: connectionPrefix + idHash(id.text) };
}

export function entryRow(sequence: number): string {
  return entryPrefix + padded(sequence);
}

/** A number as text that sorts numerically. */
export function padded(sequence: number): string {
  return String(sequence).padStart(12, "0");
}

/** An instant as digits, which sort chronologically and are valid in a key. */
export function instantDigits(at: string): string {
  return at.replaceAll(/[^0-9]/g, "");
}

/** Digits of the service's hash in an entry's id: few, so that the id fits into a description of 140 characters. */
const idDigits = 16;

/** An entry's id: the beginning of its service's hash, and its place in the service's chain. */
export function entryId(partition: string, sequence: number): string {
  return `${partition.slice(2, 2 + idDigits)}-${sequence}`;
}

/** The partition range and row of the entry with this id; undefined for text that is not an entry's id. */
export function entryPlace(id: string): { partition: { from: string; to: string }; row: string } | undefined {
  const [, digits, sequence] = /^([0-9a-f]{16})-([1-9]\d{0,11})$/.exec(id) ?? [];
  if (digits === undefined || sequence === undefined) return undefined;
  const from = `s-${digits}`;
  return { partition: { from, to: prefixEnd(from) }, row: entryRow(Number(sequence)) };
}

/** Open reviews are spread over sixteen partitions, by the service's hash. */
export function openKey(id: ConnectionId): Key {
  const service = idHash(id.service.text);
  return { partition: `open-0${service[0] ?? "0"}`, row: `${service}-connection-${idHash(id.text)}` };
}

/** The open reviews of one service's connections. */
export function openConnections(service: ServiceId): { partition: string; prefix: string } {
  const hash = idHash(service.text);
  return { partition: `open-0${hash[0] ?? "0"}`, prefix: `${hash}-connection-` };
}

/**
 * The row that lists a connection, in the partition of its open review, so that both are written in one transaction. It
 * sorts after every open review, whose keys begin with a hexadecimal digit.
 */
export const listedPrefix = "listed-";

export function listedKey(id: ConnectionId): Key {
  const { partition } = openKey(id);
  return { partition, row: `${listedOf(id.service).prefix}${idHash(id.text)}` };
}

/** The rows that list the connections of a service. */
export function listedOf(service: ServiceId): { partition: string; prefix: string } {
  const hash = idHash(service.text);
  return { partition: `open-0${hash[0] ?? "0"}`, prefix: `${listedPrefix}${hash}-` };
}

/** The open delivery of an owner that has undelivered alerts. */
export function openDeliveryKey(owner: Owner): Key {
  const hash = idHash(ownerText(owner));
  return { partition: `open-0${hash[0] ?? "0"}`, row: `${hash}-outbox` };
}

export const allDigests = { from: "digest-", to: prefixEnd("digest-") };

/** The row of a service's digest, by the hash of its id. */
export function digestKey(service: string): Key {
  return { partition: `digest-0${service[0] ?? "0"}`, row: service };
}

export const allOpen = { from: "open-", to: prefixEnd("open-") };

/** The sixteen partitions of open reviews and deliveries, and of listed connections. */
export const openPartitions = Array.from({ length: 16 }, (_, digit) => `open-0${digit.toString(16)}`);

/**
 * The largest number of milliseconds with 13 digits, in the year 2286: an instant is subtracted, so that the newest
 * sorts first.
 */
const lastMs = 9_999_999_999_999;

/** Every partition of the timeline. Each holds a day, and the newest day sorts first. */
export const wholeTimeline = { from: "timeline-", to: prefixEnd("timeline-") };

export function timelinePartition(at: string): string {
  const day = Math.floor((lastMs - Date.parse(at)) / dayMs);
  return `timeline-${String(day).padStart(6, "0")}`;
}

export const timelineKinds = ["entries", "alerts"] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** The keys of the timeline's rows at an instant begin with this. */
export function timelineInstant(kind: TimelineKind, at: string): string {
  return `${kind}-${String(lastMs - Date.parse(at)).padStart(13, "0")}`;
}
