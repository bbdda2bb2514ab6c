import { knownRead, thenRead, unknownRead, type Read } from "./read.ts";

/** A subscription, as the owner of an endpoint or a service. */
export interface Subscription {
  readonly name: string;
  /** Enabled, Warned, PastDue, Disabled or Deleted. */
  readonly state?: string;
  /** Ids of the management groups above it, nearest first. */
  readonly managementGroups: readonly string[];
  /** Undefined if not in the answer, which does not mean "none". */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Subscriptions that Resource Graph shows. */
export interface FoundSubscriptions {
  /** A subscription that is missing could not be read: it may be foreign, new, or not accessible to the app. */
  readonly byId: ReadonlyMap<string, Subscription>;
  /** Whether some are missing only because the identity may read more than Resource Graph answers for. */
  readonly isLimited?: true;
}

export interface Subscriptions extends FoundSubscriptions {
  /** When they were read. */
  readonly at: Date;
}

export function subscriptionIn(subscriptions: Read<Subscriptions>, id: string): Read<Subscription> {
  return thenRead(subscriptions, ({ byId, isLimited }) => {
    const found = byId.get(id);
    return found === undefined
      ? unknownRead(isLimited === true ? "incomplete-list" : "not-found")
      : knownRead(found);
  });
}
