import type { Alert } from "../alerts/alert.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Adoption, ConnectionRecord, Decision, Entry, Link, Outcome, Phase } from "./record/record.ts";

/** Thrown where a row changed since it was read: somebody else is at work, and this attempt must end. */
export class RecordChanged extends Error {
  override readonly name = "RecordChanged";
}

/** Thrown where an approval was decided on without counting another that has been decided since. */
export class ReservationConflict extends Error {
  override readonly name = "ReservationConflict";
}

/** A mark that work on a connection is unfinished; what the sweeps read instead of the whole table. */
export interface OpenMark {
  readonly id: ConnectionId;
  readonly version: string;
  /** What it waits for; undefined where nobody has settled it, so that the next sweep looks. */
  readonly wait?: Wait;
}

/** A connection that waits for its turn to be written, since when, and when it is looked at again by itself. */
export interface InLine {
  readonly id: ConnectionId;
  readonly queuedAt: string;
  readonly until: string;
}

/** When a connection at rest is looked at again: at a time, or as soon as something else decides. */
export interface Wait {
  readonly until: string;
  /** The hash of what decided; see `deciderHash`. */
  readonly decider?: string;
  /** Of what waits for a person: since when it has been there. */
  readonly heldSince?: string;
  /** Of what waits for its turn to be written: since when. */
  readonly queuedAt?: string;
}

/** An approval that we decided on, whatever Azure shows of it: its place is taken until we know that it is not. */
export interface Reservation {
  readonly id: string;
  readonly endpointId?: string;
}

/** The lock under which one connection of a service is written: held until the end of the write is known, or until this time. */
export interface WriteLock {
  readonly connection: string;
  readonly until: string;
}

/** What stands above everything that is kept of one service. */
export interface Head {
  readonly reservations: readonly Reservation[];
  /** Which of its connections is being written, if any: Azure accepts one write of a service at a time. */
  readonly writeLock?: WriteLock;
  /** When the service was first read whole; what was approved before is not ours to judge. */
  readonly adoptedAt?: string;
}

export interface EntryFilter {
  readonly connection?: string;
  readonly kind?: Entry["kind"];
  /** Written at this instant or later, and before this one; ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  readonly verdict?: "approve" | "reject" | "hold";
}

/** Every record of a service; Azure allows a service 100 connections, but records of gone ones stay. */
export async function recordsOf(
  ledger: Pick<Ledger, "connections">,
  service: ServiceId,
): Promise<ConnectionRecord[]> {
  const records: ConnectionRecord[] = [];
  let continuation: string | undefined;
  do {
    const page = await ledger.connections(
      { service },
      { top: 200, ...(continuation === undefined ? {} : { continuation }) },
    );
    records.push(...page.items);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return records;
}

/** What we know and decided, kept. Every write names the version that it replaces. */
export interface Ledger {
  /** Marks work on a connection as unfinished, before anything else is written about it. */
  open(id: ConnectionId): Promise<OpenMark>;
  /** The mark of a connection; undefined where there is none. */
  mark(id: ConnectionId): Promise<OpenMark | undefined>;
  /** Takes the mark away, or leaves it until there is something to do; unless it was set again since. */
  settle(mark: OpenMark, wait: Wait | undefined): Promise<void>;
  /** Every mark, a page of the table at a time. */
  marks(): AsyncIterable<OpenMark>;
  /** Which connection of the service has waited longest for its turn to be written. */
  nextInLine(service: ServiceId): Promise<InLine | undefined>;

  head(service: ServiceId): Promise<Head>;
  /**
   * Writes down what a service that was never read before has, with the alerts that this calls for. Connections that
   * have a record keep it; a service that was adopted already stays as it is.
   */
  adopt(
    service: ServiceId,
    found: readonly Omit<ConnectionRecord, "version">[],
    next: (entry: Adoption & Link) => readonly Alert[],
  ): Promise<void>;

  find(id: ConnectionId): Promise<ConnectionRecord | undefined>;
  /** Inserts the record. @throws {RecordChanged} where there is one already */
  add(record: Omit<ConnectionRecord, "version">): Promise<ConnectionRecord>;
  /** Replaces the record. @throws {RecordChanged} where it is not as it was read */
  save(record: ConnectionRecord): Promise<ConnectionRecord>;
  /**
   * Replaces the record and acquires, or extends, its service's write lock until then; releases it where no time is
   * given. Undefined, with nothing written, while another connection holds the lock.
   * @throws {RecordChanged} where it is not as it was read
   */
  saveWithWriteLock(
    record: ConnectionRecord,
    until: string | undefined,
  ): Promise<ConnectionRecord | undefined>;
  /**
   * Appends an entry to the service's audit chain, with the record that it leaves behind and the alerts that it
   * calls for, all or nothing. `next` makes the record and the alerts from the entry, whose id it needs. A record that
   * is neither Decided nor Applying afterwards releases the service's write lock.
   * `counted` are the reservations that the entry's verdict counted.
   * @throws {RecordChanged} where the record is not as it was read
   * @throws {ReservationConflict} where it reserves an approval, and another was reserved since that its verdict did not count
   */
  append<T extends Decision | Outcome>(
    record: ConnectionRecord,
    entry: T,
    next: (entry: T & Link) => { readonly record: ConnectionRecord; readonly alerts: readonly Alert[] },
    counted?: readonly Reservation[],
  ): Promise<ConnectionRecord>;

  /** Of a service that is not governed any more: should it be again, what is there then came before us. */
  leave(service: ServiceId): Promise<void>;

  connections(
    filter: { service?: ServiceId; phase?: Phase },
    page: PageRequest,
  ): Promise<Page<ConnectionRecord>>;
  entries(filter: EntryFilter & { service?: ServiceId }, page: PageRequest): Promise<Page<Entry>>;
  /** One entry by its id; undefined where there is none. */
  entry(id: string): Promise<Entry | undefined>;
}
