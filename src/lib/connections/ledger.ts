import type { Alert } from "../alerts/alert.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import type { ConnectionRecord, Decision, Entry, Link, Outcome, Phase } from "./record.ts";

/** Thrown where a row changed since it was read: somebody else is at work, and this attempt must end. */
export class RecordChanged extends Error {
  override readonly name = "RecordChanged";
}

/** Thrown for a continuation that this table never gave; it comes from a caller. */
export class ContinuationInvalid extends Error {
  override readonly name = "ContinuationInvalid";
}

/** A mark that work on a connection is unfinished; what the sweeps read instead of the whole table. */
export interface OpenMark {
  readonly id: ConnectionId;
  readonly version: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

export interface PageRequest {
  readonly top: number;
  readonly continuation?: string;
}

export interface EntryFilter {
  readonly connection?: string;
  readonly kind?: Entry["kind"];
}

/** What we know and decided, kept. Every write names the version that it replaces. */
export interface Ledger {
  /** Marks work on a connection as unfinished, before anything else is written about it. */
  open(id: ConnectionId): Promise<OpenMark>;
  /** Takes the mark away, unless it was set again since: then somebody wants another look. */
  close(mark: OpenMark): Promise<void>;
  unfinished(): Promise<readonly OpenMark[]>;

  find(id: ConnectionId): Promise<ConnectionRecord | undefined>;
  /** Inserts the record. @throws {RecordChanged} where there is one already */
  add(record: Omit<ConnectionRecord, "version">): Promise<ConnectionRecord>;
  /** Replaces the record. @throws {RecordChanged} where it is not as it was read */
  save(record: ConnectionRecord): Promise<ConnectionRecord>;
  /**
   * Appends an entry to the service's audit chain, with the record that it leaves behind and the alerts that it
   * calls for, all or nothing. `next` makes the record and the alerts from the entry, whose id it needs.
   * @throws {RecordChanged} where the record is not as it was read
   */
  append<T extends Decision | Outcome>(
    record: ConnectionRecord,
    entry: T,
    next: (entry: T & Link) => { readonly record: ConnectionRecord; readonly alerts: readonly Alert[] },
  ): Promise<ConnectionRecord>;

  connections(
    filter: { service?: ServiceId; phase?: Phase },
    page: PageRequest,
  ): Promise<Page<ConnectionRecord>>;
  entries(filter: EntryFilter & { service?: ServiceId }, page: PageRequest): Promise<Page<Entry>>;
  /** One entry by its id; undefined where there is none. */
  entry(id: string): Promise<Entry | undefined>;
}
