import type { Action } from "../decide.ts";
import type { ConnectionId } from "../../azure/resource-id.ts";
import type { ExplainedRule } from "../../policy/evaluate/explain.ts";
import type { FactSheet } from "../../policy/evaluate/fact-sheet.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import type { Mode } from "../../config/config.ts";

/**
 * The phase of a connection's record. Decided and Applying are in progress; the others wait or are final. Adopted: the
 * connection was not Pending when it was first seen, so it is left as it was found.
 */
export const phases = [
  "Seen",
  "Decided",
  "Applying",
  "Applied",
  "Held",
  "Failed",
  "Gone",
  "Adopted",
  "Overridden",
  "Revoked",
] as const;
export type Phase = (typeof phases)[number];

export type Cause = "event" | "sweep" | "http" | "retry";

/**
 * A PUT that is not known to have ended. Azure takes minutes for one (recordings of approvals, 2022 to 2024: two to
 * three) and shows the old state meanwhile. No other PUT is sent before this one is known to have ended.
 */
export interface PendingWrite {
  readonly sentAt: string;
  /** Path and query of the operation that Azure named; undefined if it named none, or if its answer was lost. */
  readonly operation?: string;
  /** When Azure last reported the operation as running. */
  readonly seenAt?: string;
  /** When the operation was first seen as succeeded while the connection still showed its old state. */
  readonly endedAt?: string;
}

/** What a person decided here about a connection that was held. */
export interface PersonsDecision {
  /** Tells this request from every other, so that it is followed once. */
  readonly id: string;
  readonly verdict: "approve" | "reject";
  /** Whom the token named. */
  readonly by: string;
  /** The object id of whom the token named, in Entra ID. Older records lack it. */
  readonly objectId?: string;
  readonly reason: string;
  /** For an approval: when it ends, and the connection is re-evaluated. */
  readonly until?: string;
}

/** An approval that ends, after which the connection is re-evaluated. Instants. */
export interface ApprovalTerm {
  readonly until: string;
  /** When the next step is due: the notice, the end, or another look after it. */
  readonly nextAt: string;
  /** When an alert announced the end. */
  readonly noticedAt?: string;
  /** When an alert said that it was over and nothing approves it. */
  readonly lapsedAt?: string;
}

/** How an approval ends: its term is over, or it is taken back. */
export const approvalEnds = ["term", "revocation"] as const;
export type ApprovalEnd = (typeof approvalEnds)[number];

/** What a connection waits for, if it is held, or if a person approved it while a breaker was open. */
export const connectionWaits = ["person", "window", "mode", "breaker"] as const;
export type ConnectionWait = (typeof connectionWaits)[number];

/** An approval that the policy rejects since, and that is to be revoked. */
export interface Revocation {
  /** When an alert announced it. */
  readonly noticedAt: string;
  /** When it is evaluated again, and revoked if the policy still rejects it. */
  readonly dueAt: string;
  /** Set if an alert said that it cannot be revoked, since it is its service's last one. */
  readonly isBlocked?: true;
  /** What the record was before, to which it returns if it is not revoked after all. */
  readonly before: Pick<
    ConnectionRecord,
    "phase" | "decisionId" | "decidedAt" | "action" | "term" | "person" | "reason"
  >;
}

/** The row of one connection. Instants are ISO 8601 in UTC. */
export interface ConnectionRecord {
  readonly id: ConnectionId;
  /** The store's version of this row. Every write names it, so that a concurrent change is detected. */
  readonly version: string;
  readonly phase: Phase;
  readonly firstSeenAt: string;
  /** When the last attempt began. */
  readonly reviewedAt?: string;
  /** The state on Azure in the last attempt. */
  readonly state?: string;
  readonly endpointId?: string;
  /** What the requester wrote, as it was while the connection was last seen Pending. Older records lack it. */
  readonly message?: string;
  readonly verdict?: Verdict["kind"];
  readonly rule?: string;
  /** Where only a closed change window holds it: when that window opens. */
  readonly opensAt?: string;
  /** Why the connection is in this phase, for people: the verdict's reasons, or the change that somebody else made. */
  readonly reason?: string;
  /** The last difficulty, until an attempt succeeds. */
  readonly difficulty?: string;
  /** The failure that was alerted. The same failure again is silent, whatever the connection waited for in between. */
  readonly failedWith?: string;
  readonly decisionId?: string;
  /** When the decision was recorded. */
  readonly decidedAt?: string;
  readonly action?: Action;
  /** The person who made the last decision, instead of the policy. */
  readonly person?: PersonsDecision;
  /** Absent for an approval without end. */
  readonly term?: ApprovalTerm;
  readonly revocation?: Revocation;
  /** When an Approved connection was last judged for a revocation, and by which policy, parameters and mode. */
  readonly judged?: { readonly at: string; readonly decider: string };
  /** Hash of what the last decision rests on, without time and counts; see `fingerprintOf`. */
  readonly fingerprint?: string;
  readonly policyHash?: string;
  /** The breaker that held the connection regardless of its facts. The breaker's own alert covers all such holds. */
  readonly restrained?: "approvals" | "requests";
  /** The limit that keeps a recorded decision, such as a person's, from being applied before `nextAt`. */
  readonly waitsForPermit?: "approvals" | "revocations";
  readonly lease?: { readonly owner: string; readonly until: string };
  /** Attempts in a row that ended in a difficulty. */
  readonly attempts: number;
  readonly write?: PendingWrite;
  /** Since when it has waited for Azure (busy, or an operation is running), which is no failure. */
  readonly waitingSince?: string;
  /** Since when it has waited for another connection of its service to be written. */
  readonly queuedAt?: string;
  /** Since when the decision has not been applied, whatever it waits for, and when that was alerted. */
  readonly slow?: { readonly since: string; readonly toldAt?: string };
  /** There is nothing to do before this instant. */
  readonly nextAt?: string;
  /** When Azure first answered that the connection does not exist. */
  readonly missingSince?: string;
}

/** What a decision has for the name of a policy that did not load. */
export const nameOfInvalid = "(does not load)";

/** A decision, recorded before anything is applied. */
export interface Decision {
  readonly kind: "decision";
  readonly connection: string;
  readonly cause: Cause;
  readonly actor: string;
  /** The object id of the actor in Entra ID, where a token named one. Older records lack it. */
  readonly actorObjectId?: string;
  readonly mode: Mode;
  readonly policy: { readonly name: string; readonly hash: string };
  /** The policy's verdict, whoever decided. */
  readonly verdict: Verdict;
  readonly action: Action;
  /** The person who decided what the policy left to a person. */
  readonly person?: PersonsDecision;
  /** The breaker that withheld an approval: the policy's own verdict was to approve. */
  readonly restrained?: "approvals" | "requests";
  /** Set if it evaluates an approval that ended, or ends: nothing is written to Azure. */
  readonly recertifies?: true;
  /** Set if it announces a revocation: nothing is written to Azure yet. */
  readonly announces?: "revocation";
  readonly fingerprint: string;
  readonly facts: FactSheet;
  readonly trace: readonly ExplainedRule[];
  /** The requester's message, which a PUT overwrites on Azure. */
  readonly message?: string;
  /** For a revocation: what the approver wrote on Azure, which the PUT overwrites. Older entries lack it. */
  readonly descriptionBefore?: string;
  /** When the requester's subscription was read; everything else was read for this decision. */
  readonly subscriptionsAt?: string;
}

/** The outcome of a decision, or of a connection without one. */
export interface Outcome {
  readonly kind: "outcome";
  readonly connection: string;
  /** The decision that it belongs to; undefined if a person acted before there was one. */
  readonly decisionId?: string;
  readonly phase: Phase;
  readonly state?: string;
  readonly reason: string;
  /** Set if the connection still waits, for so long that it is alerted. Every other outcome ends something. */
  readonly slow?: true;
  /** Set if it says that an announced revocation is put off, or given up. */
  readonly announces?: "revocation";
  /** When the approval ends, if that is announced. */
  readonly endsAt?: string;
  /** For an approval: whether DNS leads the requester to its endpoint. */
  readonly use?: DnsReadiness;
}

/** The connections of a service when it was first read. They are left as they were found. */
export interface Adoption {
  readonly kind: "adoption";
  readonly service: string;
  /** Ids of its connections that were not Pending, with their states. */
  readonly connections: readonly { readonly id: string; readonly state: string }[];
}

/** The beginning of a chain that was moved to the archive. */
export interface Archival {
  readonly kind: "archival";
  readonly service: string;
  /** Sequences of the first and the last entry that were moved. */
  readonly from: number;
  readonly to: number;
  /** The blob in the archive. */
  readonly blob: string;
}

/** The position of an entry in its service's audit chain. */
export interface Link {
  readonly id: string;
  readonly sequence: number;
  readonly at: string;
  /** Hash of the entry before this one; empty for the first. */
  readonly previous: string;
  /**
   * The version of the form that the hash covers; see `hashOf`. Undefined for entries from before there were versions.
   */
  readonly hashVersion?: number;
  /** SHA-256 of everything in this entry except this hash. */
  readonly hash: string;
}

/** The content of an entry before it is linked into the chain. */
export type Unlinked = Decision | Outcome | Adoption | Archival;

export type Entry = Unlinked & Link;

/**
 * Whether DNS resolves the service's name to the requester's endpoint. Azure maintains the record if the endpoint has a
 * private DNS zone group for the zone; otherwise somebody has to create it.
 */
export type DnsReadiness =
  | { readonly dns: "zone-group" }
  | {
      readonly dns: "by-hand";
      readonly record: { readonly name: string; readonly addresses: readonly string[] };
    }
  | { readonly dns: "unknown"; readonly reason: string };
