import type { Action } from "../decide.ts";
import type { ConnectionId } from "../../azure/resource-id.ts";
import type { ExplainedRule } from "../../policy/evaluate/explain.ts";
import type { FactSheet } from "../../policy/evaluate/fact-sheet.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import type { Mode } from "../../config/config.ts";

/**
 * Where a connection stands with us. Decided and Applying are on their way; the others wait for somebody or
 * are done. Adopted: it was not Pending when it was first seen, so it is left as it was found.
 */
export type Phase =
  "Seen" | "Decided" | "Applying" | "Applied" | "Held" | "Failed" | "Gone" | "Adopted" | "Overridden";

export type Cause = "event" | "sweep" | "http" | "retry";

/**
 * A PUT whose end was not seen yet. Azure takes minutes for one (recordings of approvals, 2022 to 2024: two to three),
 * and shows the old state meanwhile; no other is sent before this one is known to have ended.
 */
export interface PendingWrite {
  readonly sentAt: string;
  /** Path and query of the operation that Azure named; undefined where it named none, or its answer never came. */
  readonly operation?: string;
  /** When Azure last said that it is under way. */
  readonly seenAt?: string;
  /** When the operation was first seen to have ended well, while the connection still showed its old state. */
  readonly endedAt?: string;
}

/** The row of one connection. Instants are ISO 8601 in UTC. */
export interface ConnectionRecord {
  readonly id: ConnectionId;
  /** The store's version of this row; every write names it, so that a lost race is noticed. */
  readonly version: string;
  readonly phase: Phase;
  readonly firstSeenAt: string;
  /** When the last attempt began to read. */
  readonly reviewedAt?: string;
  /** The state that the last attempt saw on Azure. */
  readonly state?: string;
  readonly endpointId?: string;
  readonly verdict?: Verdict["kind"];
  readonly rule?: string;
  /** Why it is in this phase, for people: the verdict's reasons, or what somebody else did. */
  readonly reason?: string;
  /** What went wrong last, until a review goes right. */
  readonly difficulty?: string;
  /** Which failure a person was told of: the same again is silent, whatever it waited for in between. */
  readonly failedWith?: string;
  readonly decisionId?: string;
  /** When that decision was recorded. */
  readonly decidedAt?: string;
  readonly action?: Action;
  /** Hash of every fact that the last decision rests on, and of the policy. */
  readonly fingerprint?: string;
  readonly policyHash?: string;
  /** What held it whatever its facts; such a hold is told once for all of them. */
  readonly restrained?: "approvals" | "requests";
  readonly lease?: { readonly owner: string; readonly until: string };
  /** Attempts in a row that ended in a difficulty. */
  readonly attempts: number;
  readonly write?: PendingWrite;
  /** Since when it waits for Azure (busy, or an operation under way), which is no failure. */
  readonly waitingSince?: string;
  /** Since when it waits for another connection of its service to be written. */
  readonly queuedAt?: string;
  /** Since when what was decided is not done, whatever it waits for; and when people were told that it takes so long. */
  readonly slow?: { readonly since: string; readonly toldAt?: string };
  /** Not before this instant is there anything to do. */
  readonly nextAt?: string;
  /** Since when Azure says that there is no such connection. */
  readonly missingSince?: string;
}

/** A decision, as it is recorded before anything is applied. */
export interface Decision {
  readonly kind: "decision";
  readonly connection: string;
  readonly cause: Cause;
  readonly actor: string;
  readonly mode: Mode;
  readonly policy: { readonly name: string; readonly hash: string };
  readonly verdict: Verdict;
  readonly action: Action;
  readonly fingerprint: string;
  readonly facts: FactSheet;
  readonly trace: readonly ExplainedRule[];
  /** The requester's message, which applying overwrites on Azure. */
  readonly message?: string;
  /** When what is known of the requester's subscription was read; the rest was read for this decision. */
  readonly subscriptionsAt?: string;
}

/** What became of a decision. */
export interface Outcome {
  readonly kind: "outcome";
  readonly connection: string;
  /** The decision that it belongs to; none where a person acted before we had decided. */
  readonly decisionId?: string;
  readonly phase: Phase;
  readonly state?: string;
  readonly reason: string;
  /** Set where the connection still waits, for so long that people are told; every other outcome ends something. */
  readonly slow?: true;
  /** Of an approval: whether it is of use to its requester. */
  readonly use?: DnsReadiness;
}

/** What a service had when it was first read: left as it was found. */
export interface Adoption {
  readonly kind: "adoption";
  readonly service: string;
  /** Ids of its connections that were not Pending, with their states. */
  readonly connections: readonly { readonly id: string; readonly state: string }[];
}

/** What of the chain was moved to the archive, so that its beginning is there and not here. */
export interface Archival {
  readonly kind: "archival";
  readonly service: string;
  /** Sequences of the first and the last entry that were moved. */
  readonly from: number;
  readonly to: number;
  /** Where to, in the archive. */
  readonly blob: string;
}

/** Where an entry stands in its service's audit chain. */
export interface Link {
  readonly id: string;
  readonly sequence: number;
  readonly at: string;
  /** SHA-256 of the entry before this one; empty for the first. */
  readonly previous: string;
  /** Which form of the entry its hash covers; see `hashOf`. Undefined of entries that were written before there was one. */
  readonly hashVersion?: number;
  /** SHA-256 of this entry, everything in it but this hash. */
  readonly hash: string;
}

/** What an entry says, before it is one. */
export type Unlinked = Decision | Outcome | Adoption | Archival;

export type Entry = Unlinked & Link;

/**
 * Whether an approval is of use to its requester: who calls the service by its name needs a record that leads to the
 * endpoint. Azure keeps it where the endpoint has a zone group for the zone; else somebody has to make it.
 */
export type DnsReadiness =
  | { readonly dns: "zone-group" }
  | {
      readonly dns: "by-hand";
      readonly record: { readonly name: string; readonly addresses: readonly string[] };
    }
  | { readonly dns: "unknown"; readonly reason: string };
