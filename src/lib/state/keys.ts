import { sha256 } from "../hash.ts";
import type { AddressRecord } from "../addresses/model/baseline.ts";
import type { Owner } from "../alerts/outbox.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { prefixEnd } from "./table-rows.ts";
import type { Key } from "./rows.ts";
import { foldCase } from "../fold-case.ts";

/** The keys of the table, which other tools may read too. ARM ids cannot be keys (they hold slashes), so they are hashed, folded. */
export function idHash(id: string): string {
  return sha256(foldCase(id));
}

export function servicePartition({ text }: ServiceId): string {
  return `s-${idHash(text)}`;
}

export const allServices = { from: "s-", to: prefixEnd("s-") };

export function partitionOf(owner: Owner): string {
  if (owner === "app") return "app";
  return owner.kind === "service" ? servicePartition(owner) : `p-${idHash(owner.text)}`;
}

/** Everybody who has alerts, the app's own partition first. */
export const allOwners = { from: "app", to: prefixEnd("s-") };

/** Everything that has addresses: the partitions of services and of public IP resources. */
export const allAddressed = { from: "p-", to: prefixEnd("s-") };

export const connectionPrefix = "connection-";
export const entryPrefix = "decision-";
export const outboxPrefix = "outbox-";
export const alertPrefix = "alert-";
export const headRow = "head";
export const addressPrefix = "address-";
/** Sorts behind the records, and is found with them by what their keys have in common. */
export const addressHeadRow = "addresses";
export const addressRows = "address";
export const changePrefix = "change-";

/** Azure's names of locations are letters and digits; what else one may hold cannot stand in a key as it is. */
export function addressRow({ kind, location }: Pick<AddressRecord, "kind" | "location">): string {
  return `${addressPrefix}${kind}-${location.replaceAll(/[^a-z0-9]/g, "_")}`;
}

export function changeRow(sequence: number): string {
  return changePrefix + padded(sequence);
}

export const allAddressDigests = { from: "addresses-", to: prefixEnd("addresses-") };

/** Where what the checks remember of a resource is, by the hash of its id. */
export function addressDigestKey(resource: string): Key {
  return { partition: `addresses-0${resource[0] ?? "0"}`, row: resource };
}

export function connectionKey(id: ConnectionId): Key {
  return { partition: servicePartition(id.service), row: connectionPrefix + idHash(id.text) };
}

export function entryRow(sequence: number): string {
  return entryPrefix + padded(sequence);
}

/** A number that sorts as text. */
export function padded(sequence: number): string {
  return String(sequence).padStart(12, "0");
}

/** An instant that sorts as text and can stand in a key. */
export function instantDigits(at: string): string {
  return at.replaceAll(/[^0-9]/g, "");
}

/** How many digits of the service's hash make an entry's id: few enough for a description of 140 characters. */
const idDigits = 16;

/** An entry's id: the beginning of its service's hash, and its place in the service's chain. */
export function entryId(partition: string, sequence: number): string {
  return `${partition.slice(2, 2 + idDigits)}-${sequence}`;
}

/** Where an entry with this id stands; undefined where it is no id of ours. */
export function entryPlace(id: string): { partition: { from: string; to: string }; row: string } | undefined {
  const [, digits, sequence] = /^([0-9a-f]{16})-([1-9]\d{0,11})$/.exec(id) ?? [];
  if (digits === undefined || sequence === undefined) return undefined;
  const from = `s-${digits}`;
  return { partition: { from, to: prefixEnd(from) }, row: entryRow(Number(sequence)) };
}

/** Open marks are spread over sixteen partitions, by the service's hash. */
export function openKey(id: ConnectionId): Key {
  const service = idHash(id.service.text);
  return { partition: `open-0${service[0] ?? "0"}`, row: `${service}-connection-${idHash(id.text)}` };
}

/** The open marks of one service's connections. */
export function openConnections(service: ServiceId): { partition: string; prefix: string } {
  const hash = idHash(service.text);
  return { partition: `open-0${hash[0] ?? "0"}`, prefix: `${hash}-connection-` };
}

/** Where it is marked that an owner has alerts which are not told yet. */
export function outboxMarkKey(owner: Owner): Key {
  const hash = idHash(owner === "app" ? owner : owner.text);
  return { partition: `open-0${hash[0] ?? "0"}`, row: `${hash}-outbox` };
}

export const allDigests = { from: "digest-", to: prefixEnd("digest-") };

/** Where the digest of a service is, by the hash of its id. */
export function digestKey(service: string): Key {
  return { partition: `digest-0${service[0] ?? "0"}`, row: service };
}

export const allOpen = { from: "open-", to: prefixEnd("open-") };
