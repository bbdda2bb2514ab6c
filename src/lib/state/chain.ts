import type { Clock } from "../clock.ts";

import type { Reservation, WriteLock } from "../connections/ledger.ts";
import { hashOf } from "../connections/record/entry-hash.ts";
import type { ConnectionRecord, Entry, Link, Unlinked } from "../connections/record/connection-record.ts";
import * as keys from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import type { Rows, Write } from "./rows.ts";

/** The `head` row of a service: the last link of its chain. Its etag serialises what is written about the service. */
export interface HeadRow {
  readonly sequence: number;
  readonly hash: string;
  /**
   * The reservations and the write lock, under the names that earlier versions stored. `adoptions.ts` translates them.
   */
  readonly promised?: readonly Reservation[];
  readonly writing?: WriteLock;
  readonly adoptedAt?: string;
  /** When the first of its entries was written that is not in the archive. */
  readonly oldestAt?: string;
  /** Up to which entry they are on their way to the archive; see `oldEntries`. */
  readonly moving?: { readonly to: number; readonly step: "writing" | "removing" };
}

export interface FoundHead {
  readonly head: HeadRow;
  /** Undefined where there is no row yet. */
  readonly etag?: string;
}

export async function readHead(rows: Rows, partition: string): Promise<FoundHead> {
  const row = await rows.read({ partition, row: keys.headRow });
  return row === undefined
    ? { head: { sequence: 0, hash: "" } }
    : { head: valueOf<HeadRow>(row), etag: row.etag };
}

export function headWrite({ etag }: FoundHead, head: HeadRow): Write {
  const value = rowValue(head);
  return etag === undefined
    ? { kind: "insert", row: keys.headRow, value }
    : { kind: "replace", row: keys.headRow, value, etag };
}

/** The entry that follows a head; its hash covers everything in it and the link before. */
export function linkAfter<T extends Unlinked>(
  head: HeadRow,
  partition: string,
  draft: T,
  clock: Clock,
): T & Link {
  const sequence = head.sequence + 1;
  const id = keys.entryId(partition, sequence);
  const unhashed = { ...draft, id, sequence, at: clock.now().toISOString(), previous: head.hash };
  return { ...unhashed, ...hashOf(unhashed) };
}

/** The head after an entry was appended. */
export function headAfter(head: HeadRow, { sequence, hash, at }: Link): HeadRow {
  return { ...head, sequence, hash, oldestAt: head.oldestAt ?? at };
}

export function entryWrite(entry: Entry): Write {
  return { kind: "insert", row: keys.entryRow(entry.sequence), value: rowValue(entry) };
}

/**
 * Approvals that were decided, until we know that the connection is not Approved: one that failed is tried again, and
 * an old answer of Azure may show one that is done as if it were not.
 */
const reservingPhases: readonly ConnectionRecord["phase"][] = ["Decided", "Applying", "Failed", "Applied"];

export function isReserving({ action, phase }: ConnectionRecord): boolean {
  return action === "approve" && reservingPhases.includes(phase);
}

/** Releases the write lock if this connection holds it and has nothing left to write. */
export function releaseWriteLock(head: HeadRow, { id, phase, write }: ConnectionRecord): HeadRow {
  if (head.writing?.connection !== id.text || write !== undefined) return head;
  if (phase === "Decided" || phase === "Applying") return head;
  const { writing: _, ...rest } = head;
  return rest;
}

/** The reservations after this record is stored. */
export function reservationsAfter(head: HeadRow, record: ConnectionRecord): readonly Reservation[] {
  const others = (head.promised ?? []).filter(({ id }) => id !== record.id.text);
  if (!isReserving(record)) return others;
  const { endpointId } = record;
  return [...others, { id: record.id.text, ...(endpointId === undefined ? {} : { endpointId }) }];
}
