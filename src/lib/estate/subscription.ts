import type { Read } from "./read.ts";

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

export interface Subscriptions {
  /** When they were read. */
  readonly at: Date;
  /** A subscription that is missing could not be read: it may be foreign, new, or not accessible to the app. */
  readonly byId: ReadonlyMap<string, Subscription>;
}

export function subscriptionIn(subscriptions: Read<Subscriptions>, id: string): Read<Subscription> {
  if (subscriptions.kind === "unknown") return subscriptions;
  const value = subscriptions.value.byId.get(id);
  return value === undefined ? { kind: "unknown", reason: "not-found" } : { kind: "known", value };
}
