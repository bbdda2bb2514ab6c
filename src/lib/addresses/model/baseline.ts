import type { Alert } from "../../alerts/alert.ts";
import type { PublicIpId, ServiceId } from "../../azure/resource-id.ts";
import type { Page, PageRequest } from "../../page.ts";
import type { Cause } from "../causes.ts";
import type { Circumstances, ContextChange } from "./cause-evidence.ts";
import type { AddressKind } from "./tier.ts";

/** A resource that has addresses. */
export type Addressed = ServiceId | PublicIpId;

/** Where a baseline comes from: the first complete observation, a file in git, or a person's acknowledgement. */
export type Origin =
  | { readonly kind: "learned" }
  | { readonly kind: "declared"; readonly file: string }
  | {
      readonly kind: "acknowledged";
      readonly by: string;
      /** The object id in Entra ID of whom a token named. */
      readonly objectId?: string;
      readonly reason: string;
    };

/** An observed difference from the baseline, open until the addresses return or a person acknowledges them. */
interface Drift {
  /** Shared by all records that drifted at once and were reported in one alert. */
  readonly id: string;
  readonly since: string;
  readonly causes: readonly Cause[];
  /** When the next reminder is due. */
  readonly remindAt: string;
}

/** Since when addresses are unknown, and why. */
interface Unsettled {
  readonly since: string;
  readonly why: string;
  /** When it was reported, after it had lasted for long. */
  readonly toldAt?: string;
}

/** The addresses of one kind of a resource in one location: the baseline, and what was last observed. */
export interface AddressRecord {
  readonly resource: string;
  readonly kind: AddressKind;
  readonly location: string;
  /** The addresses held to be right; empty if there are none of this kind. */
  readonly baseline: readonly string[];
  readonly baselineAt: string;
  readonly origin: Origin;
  /** The declared baseline has never been observed, so that other addresses are no change of the service. */
  readonly neverObserved?: true;
  readonly current: readonly string[];
  /** When `current` was first observed. */
  readonly currentAt: string;
  /**
   * Why this kind is not applicable here, and what Azure's documents advise instead. The baseline is then that of a
   * previous tier, and applies again under a tier that has such addresses.
   */
  readonly advice?: string;
  /** When the service left this location, when the resource was found deleted, and when it stopped being governed. */
  readonly vacatedAt?: string;
  readonly goneAt?: string;
  readonly leftAt?: string;
  /** Set while the addresses are unknown: `current` is then an earlier observation. */
  readonly unsettled?: Unsettled;
  readonly drift?: Drift;
  /** What was last reported of this record: that it drifted, or that it is right. */
  readonly lastReported?: "drifted" | "right";
  /**
   * Recently reported drifts, by a hash of their addresses, so that a change that comes and goes is not reported each
   * time.
   */
  readonly reportedDrifts?: readonly { readonly addresses: string; readonly at: string }[];
  /** Etag of the row; undefined before it was first written. */
  readonly version?: string;
}

/** State that the records of one resource share. Its etag serialises the writes of them. */
export interface AddressHead {
  readonly resource: string;
  /** When the resource was first observed. */
  readonly learnedAt: string;
  /** Sequence number of the last change in its history. */
  readonly sequence: number;
  readonly circumstances: Circumstances;
  /** Recent changes of what the addresses depend on; see `recentContextChanges`. */
  readonly contextChanges: readonly ContextChange[];
  readonly suspendedAt?: string;
  /** When Azure first reported the resource as not found, and when the alert was raised. */
  readonly missingAt?: string;
  readonly goneReportedAt?: string;
  readonly version?: string;
}

/** Everything stored of one resource. */
export interface Watched {
  readonly head: AddressHead | undefined;
  readonly records: readonly AddressRecord[];
}

type ChangeKind =
  | "learned"
  | "vacated"
  | "changed"
  | "drifted"
  | "restored"
  | "acknowledged"
  | "declared"
  | "not applicable"
  | "unknown"
  | "known"
  | "suspended"
  | "gone"
  | "back"
  | "left";

/** An entry of a resource's history. */
export interface Change {
  readonly at: string;
  readonly kind: ChangeKind;
  readonly what: string;
  readonly actor?: string;
  /** The object id of the actor in Entra ID, where a token named one. */
  readonly actorObjectId?: string;
  readonly reason?: string;
  readonly addresses?: readonly AddressesThen[];
}

/** The addresses of one kind in one location at the time of a change. */
export interface AddressesThen {
  readonly kind: AddressKind;
  readonly location: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly addresses: readonly string[];
}

/** A change of a resource's records, written as a whole or not at all. */
export interface Revision {
  readonly head: AddressHead;
  /** The new and the changed records. */
  readonly records: readonly AddressRecord[];
  readonly changes: readonly Change[];
  readonly alerts: readonly Alert[];
}

export interface AddressFilter {
  readonly resource?: Addressed;
  readonly kind?: AddressKind;
  readonly location?: string;
  readonly drifted?: boolean;
}

/** The store of baselines. */
export interface Baselines {
  read(resource: Addressed): Promise<Watched>;
  /** @throws {BaselineChanged} if the records changed since they were read */
  revise(resource: Addressed, revision: Revision): Promise<void>;
  list(filter: AddressFilter, page: PageRequest): Promise<Page<AddressRecord>>;
  /** Oldest first. */
  history(resource: Addressed, page: PageRequest): Promise<Page<Change & { readonly sequence: number }>>;
}

/** Thrown if the same records were revised since they were read: the conclusions from them are void. */
export class BaselineChanged extends Error {
  override readonly name = "BaselineChanged";
}
