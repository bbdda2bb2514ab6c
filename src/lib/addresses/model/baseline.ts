import type { Alert } from "../../alerts/alert.ts";
import type { PublicIpId, ServiceId } from "../../azure/resource-id.ts";
import type { Page, PageRequest } from "../../page.ts";
import type { Cause } from "../causes.ts";
import type { Circumstances, ContextChange } from "./circumstance.ts";
import type { AddressKind } from "./tier.ts";

/** What has addresses. */
export type Addressed = ServiceId | PublicIpId;

/** Where a baseline comes from: the first complete observation, a file in git, or a person's word. */
export type Origin =
  | { readonly kind: "learned" }
  | { readonly kind: "declared"; readonly file: string }
  | { readonly kind: "acknowledged"; readonly by: string; readonly reason: string };

/** An observed difference from the baseline, open until the addresses return or a person acknowledges them. */
export interface Drift {
  /** The same for all that drifted at once, and were told in one alert. */
  readonly id: string;
  readonly since: string;
  readonly causes: readonly Cause[];
  /** When a person is to be reminded of it. */
  readonly remindAt: string;
}

export interface Unsettled {
  readonly since: string;
  readonly why: string;
  /** When people were told, because it has been so for long. */
  readonly toldAt?: string;
}

/** The addresses of one kind of a resource in one place: what is held to be right, and what is. */
export interface AddressRecord {
  readonly resource: string;
  readonly kind: AddressKind;
  readonly location: string;
  /** What is held to be right; empty where there is none of this kind. */
  readonly baseline: readonly string[];
  readonly baselineAt: string;
  readonly origin: Origin;
  /** The baseline was declared, and has not been seen since: nothing became anything else. */
  readonly unseen?: true;
  readonly current: readonly string[];
  /** When that was first observed. */
  readonly currentAt: string;
  /**
   * Why this kind is not applicable here, and what Azure's documents advise instead. The baseline is then what was right
   * under another tier, and is held to again under such a one.
   */
  readonly advice?: string;
  /** Since when the service is not in this location any more, or there is no such resource, or it is not governed. */
  readonly vacatedAt?: string;
  readonly goneAt?: string;
  readonly leftAt?: string;
  /** Since when nothing can be said of it, and why: what stands here was seen before. */
  readonly unsettled?: Unsettled;
  readonly drift?: Drift;
  /** What people heard last of this: that it drifted, or that it is right. */
  readonly heard?: "drifted" | "right";
  /** Drifts that were told lately, by their addresses: what comes and goes is not told each time. */
  readonly told?: readonly { readonly addresses: string; readonly at: string }[];
  /** Undefined before it was first written. */
  readonly version?: string;
}

/** What stands above the records of one resource; its etag serialises what is written about them. */
export interface AddressHead {
  readonly resource: string;
  /** When it was first seen. */
  readonly learnedAt: string;
  /** Of the last change in its history. */
  readonly sequence: number;
  readonly circumstances: Circumstances;
  /** What changed lately beside the addresses; see `recentShifts`. */
  readonly shifts: readonly ContextChange[];
  readonly suspendedAt?: string;
  /** Azure's first word that there is no such resource, and when people were told. */
  readonly missingAt?: string;
  readonly goneToldAt?: string;
  readonly version?: string;
}

/** All that is kept of one resource. */
export interface Watched {
  readonly head: AddressHead | undefined;
  readonly records: readonly AddressRecord[];
}

export type ChangeKind =
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
  readonly reason?: string;
  readonly addresses?: readonly AddressesThen[];
}

/** One kind in one place, as it was when something changed. */
export interface AddressesThen {
  readonly kind: AddressKind;
  readonly location: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly addresses: readonly string[];
}

/** What becomes of a resource's records: all of it is written, or nothing. */
export interface Revision {
  readonly head: AddressHead;
  /** Those that are new or another. */
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

/** The addresses held to be right, kept. */
export interface Baselines {
  read(resource: Addressed): Promise<Watched>;
  /** @throws {BaselineChanged} where it is not as it was read */
  revise(resource: Addressed, revision: Revision): Promise<void>;
  list(filter: AddressFilter, page: PageRequest): Promise<Page<AddressRecord>>;
  /** Newest last. */
  history(resource: Addressed, page: PageRequest): Promise<Page<Change & { readonly sequence: number }>>;
}

/** Thrown where somebody else revised the same records since they were read: what was concluded from them is void. */
export class BaselineChanged extends Error {
  override readonly name = "BaselineChanged";
}
