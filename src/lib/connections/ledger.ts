import type { Alert } from "../alerts/alert.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import type { Page, PageRequest } from "../page.ts";
import type { OpenBreaker } from "./breakers/open-breaker.ts";
import type {
  Adoption,
  ConnectionRecord,
  Decision,
  Entry,
  Link,
  Outcome,
  Phase,
} from "./record/connection-record.ts";

/** Thrown if a row changed since it was read: another attempt is at work, and this one must end. */
export class RecordChanged extends Error {
  override readonly name = "RecordChanged";
}

/** Thrown if an approval was decided without counting another that was reserved since. */
export class ReservationConflict extends Error {
  override readonly name = "ReservationConflict";
}

/** A review that has not ended, or whose connection waits. Sweeps read these instead of the whole table. */
export interface OpenReview {
  readonly id: ConnectionId;
  readonly version: string;
  /**
   * What the connection waits for; undefined if no attempt has ended it, so that the next sweep reviews the connection.
   */
  readonly wait?: Wait;
}

/** A connection that waits for the write lock: since when, and when it is reviewed again in any case. */
export interface InLine {
  readonly id: ConnectionId;
  readonly queuedAt: string;
  readonly until: string;
}

/**
 * When a waiting connection is reviewed again: at a time, once the policy, its parameters or the mode change, or once
 * the breaker that it waits for is closed.
 */
export interface Wait {
  readonly until: string;
  readonly breaker?: OpenBreaker["name"];
  /** The hash of the policy, parameters and mode that decided; see `deciderHash`. */
  readonly decider?: string;
  /** For a connection that waits for a person: when it was first seen. */
  readonly heldSince?: string;
  /** For a connection that waits for the write lock: since when. */
  readonly queuedAt?: string;
}

/** An approval that we decided. Limits count it until we know that it is not Approved, whatever Azure shows. */
export interface Reservation {
  readonly id: string;
  readonly endpointId?: string;
}

/**
 * The lock under which one connection of a service is written: held until the end of the write is known, or until this
 * time.
 */
export interface WriteLock {
  readonly connection: string;
  readonly until: string;
}

/** The row that serialises everything stored for one service. */
interface Head {
  readonly reservations: readonly Reservation[];
  /** The connection that is being written, if any: Azure accepts one write to a service at a time. */
  readonly writeLock?: WriteLock;
  /** When the service was first read completely. Connections approved before that are not audited. */
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

/** Every record of a service. Azure allows 100 connections, but the records of deleted ones stay. */
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

/** The stored records, open reviews and decisions. Every write names the version that it replaces. */
export interface Ledger {
  /** Opens a review of a connection, before anything else is written about it. */
  openReview(id: ConnectionId): Promise<OpenReview>;
  /** The open review of a connection; undefined if it has none. */
  findOpenReview(id: ConnectionId): Promise<OpenReview | undefined>;
  /**
   * Ends the attempt that opened the review: closes it, or keeps it open with what the connection waits for; unless it
   * was opened again since. `record` is what the attempt left, for the list of connections; undefined if it changed
   * nothing.
   */
  endAttempt(review: OpenReview, wait: Wait | undefined, record?: ConnectionRecord): Promise<void>;
  /** All open reviews, read from the table page by page. */
  openReviews(): AsyncIterable<OpenReview>;
  /** The connection of the service that has waited longest for the write lock. */
  nextInLine(service: ServiceId): Promise<InLine | undefined>;

  head(service: ServiceId): Promise<Head>;
  /**
   * Records the connections of a service that was never read before, with the alerts for them. Connections that have a
   * record keep it. A service that was adopted before stays as it is.
   */
  adopt(
    service: ServiceId,
    found: readonly Omit<ConnectionRecord, "version">[],
    next: (entry: Adoption & Link) => readonly Alert[],
  ): Promise<void>;

  find(id: ConnectionId): Promise<ConnectionRecord | undefined>;
  /** Inserts the record. @throws {RecordChanged} if there is one already */
  add(record: Omit<ConnectionRecord, "version">): Promise<ConnectionRecord>;
  /** Replaces the record. @throws {RecordChanged} if it changed since it was read */
  save(record: ConnectionRecord): Promise<ConnectionRecord>;
  /**
   * Replaces the record and acquires, or extends, its service's write lock until then; releases it if no time is
   * given. Undefined, with nothing written, while another connection holds the lock.
   * @throws {RecordChanged} if it changed since it was read
   */
  saveWithWriteLock(
    record: ConnectionRecord,
    until: string | undefined,
  ): Promise<ConnectionRecord | undefined>;
  /**
   * Appends an entry to the service's audit chain, with the next record and the alerts, in one
   * transaction. `next` makes the record and the alerts from the entry, whose id they need. A record that
   * is neither Decided nor Applying afterwards releases the service's write lock.
   * `counted` are the reservations that the entry's verdict counted.
   * @throws {RecordChanged} if the record changed since it was read
   * @throws {ReservationConflict} if it reserves an approval, and one that its verdict did not count was reserved since
   */
  append<T extends Decision | Outcome>(
    record: ConnectionRecord,
    entry: T,
    next: (entry: T & Link) => { readonly record: ConnectionRecord; readonly alerts: readonly Alert[] },
    counted?: readonly Reservation[],
  ): Promise<ConnectionRecord>;

  /**
   * Ends the adoption of a service that is no longer governed, and closes the reviews of its connections. If it is
   * governed again, it is adopted again.
   */
  leave(service: ServiceId): Promise<void>;

  connections(
    filter: { service?: ServiceId; phase?: Phase },
    page: PageRequest,
  ): Promise<Page<ConnectionRecord>>;
  entries(filter: EntryFilter & { service?: ServiceId }, page: PageRequest): Promise<Page<Entry>>;
  /** One entry by its id; undefined if there is none. */
  entry(id: string): Promise<Entry | undefined>;
}
