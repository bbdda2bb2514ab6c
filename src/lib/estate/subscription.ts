import type { Read } from "./read.ts";

/** What is known of who owns an endpoint: the subscription that it is in. */
export interface Subscription {
  readonly name: string;
  /** Enabled, Warned, PastDue, Disabled or Deleted. */
  readonly state?: string;
  /** Ids of the management groups above it, nearest first. */
  readonly managementGroups: readonly string[];
  /** Undefined where Azure did not tell them, which is not "none". */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Subscriptions {
  /** When they were read. */
  readonly at: Date;
  /** One that is not in it could not be read: it may be foreign, new, or closed to us. */
  readonly byId: ReadonlyMap<string, Subscription>;
}

export function subscriptionIn(subscriptions: Read<Subscriptions>, id: string): Read<Subscription> {
  if (subscriptions.kind === "unknown") return subscriptions;
  const value = subscriptions.value.byId.get(id);
  return value === undefined ? { kind: "unknown", reason: "not-found" } : { kind: "known", value };
}
