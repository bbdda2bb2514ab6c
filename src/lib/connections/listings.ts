import type { ConnectionId, PublicIpId, ServiceId } from "../azure/resource-id.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Verdict } from "../policy/evaluate/verdict.ts";
import type { EntryFilter } from "./ledger.ts";
import type {
  ApprovalEnd,
  ConnectionRecord,
  ConnectionWait,
  Entry,
  Phase,
  PersonsDecision,
} from "./record/connection-record.ts";

export interface ConnectionFilter {
  readonly connection?: ConnectionId;
  readonly service?: ServiceId;
  /** Id of the subscription of the service. */
  readonly subscription?: string;
  /** Id of the subscription of the endpoint. */
  readonly requester?: string;
  readonly phase?: Phase;
  /** The policy's verdict, also where a person decided otherwise. */
  readonly verdict?: Verdict["kind"];
  /** The rule that decided. */
  readonly rule?: string;
  /** Only approvals that end by themselves, or whose revocation is announced. */
  readonly end?: ApprovalEnd;
  readonly wait?: ConnectionWait;
  /**
   * Decided at this instant or later, and before that one; a connection without a decision, by when it was first seen.
   */
  readonly from?: string;
  readonly to?: string;
}

/** What the list itself says of a connection, without its record. */
export interface ConnectionSummary {
  /** Canonical ids of the connection and of its service. */
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly phase: Phase;
  /** The state on Azure in the last review. */
  readonly state?: string;
  readonly verdict?: Verdict["kind"];
  readonly rule?: string;
  /** When it was decided, or else first seen. */
  readonly at: string;
  /** Id of the subscription of the endpoint. */
  readonly requester?: string;
  /** Who made that decision instead of the policy. */
  readonly person?: Pick<PersonsDecision, "by" | "verdict">;
  readonly waitsFor?: ConnectionWait;
  /** The breaker that it waits for. */
  readonly breaker?: "approvals" | "requests";
  /** When the change window opens that it waits for. */
  readonly opensAt?: string;
  /** When the approval ends. */
  readonly endsAt?: string;
  /** When the approval is revoked, if that is announced. */
  readonly revokesAt?: string;
}

export interface SweptService {
  readonly id: ServiceId;
  /** Whether records explain all that the inventory last showed of it. */
  readonly isExplained: boolean;
  /** When it was last read itself, with all its connections; undefined if it never was. */
  readonly readAt?: string;
}

/** Held connections that need a person, and the numbers of those that wait for something else. */
export interface HeldPage extends Page<ConnectionRecord> {
  /** Held until a change window opens. */
  readonly waitingForWindow: number;
  /** Held because the mode applies nothing. */
  readonly waitingForMode: number;
  /** Held by a breaker, which has an alert of its own, or approved by a person and waiting for one. */
  readonly waitingForBreaker: number;
}

/**
 * What people ask for, over all services: newest first, from indexes. A page ends after a bounded amount of work, so it
 * may hold fewer items than it may although more follow.
 */
export interface Listings {
  /** By the time of the last decision; a connection without one, by when it was first seen. */
  connections(filter: ConnectionFilter, page: PageRequest): Promise<Page<ConnectionRecord>>;
  /** Held connections, in the same order or with the oldest first. */
  held(
    filter: Pick<ConnectionFilter, "service" | "subscription" | "from" | "to">,
    page: PageRequest,
    order?: "newest" | "oldest",
  ): Promise<HeldPage>;
  /** Every connection as the list has it. It reads the list once, and no record that is settled. */
  summaries(): Promise<readonly ConnectionSummary[]>;
  entries(filter: EntryFilter & { readonly service?: ServiceId }, page: PageRequest): Promise<Page<Entry>>;
  /** The services that a sweep found. */
  services(): Promise<readonly SweptService[]>;
  /** The services whose addresses a check observed, which may be before a sweep finds them. */
  addressedServices(): Promise<readonly ServiceId[]>;
  /** Whether a sweep found it, or something is recorded about it. */
  isKnown(resource: ServiceId | PublicIpId): Promise<boolean>;
  /** The connections with a record, of all services or of one. */
  connectionIds(service?: ServiceId): Promise<readonly ConnectionId[]>;
}
