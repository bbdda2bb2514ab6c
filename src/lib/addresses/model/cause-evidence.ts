import { dayMs, hasElapsed } from "../../clock.ts";

/** What addresses depend on, in a location or for the whole resource. */
const aspects = [
  "existence",
  "created",
  "subscription",
  "platform",
  "location",
  "network",
  "subnet",
  "zones",
  "public-ip",
  "public-ip-guid",
  "public-ip-attachment",
  "public-ip-allocation",
  "public-ip-sku",
  "nat-gateway",
  "hostnames",
  "sku",
] as const;
export type Aspect = (typeof aspects)[number];

/** Values by `aspect` or `aspect location`. A missing one is unknown. */
export type Circumstances = Readonly<Record<string, string>>;

/** A change of something that addresses depend on. */
export interface ContextChange {
  readonly aspect: Aspect;
  readonly location?: string;
  readonly before: string;
  readonly after: string;
  /** When it was first observed. */
  readonly at: string;
  /** When it explained a drift. It does not explain a much later one as well. */
  readonly usedAt?: string;
}

export function circumstanceKey(aspect: Aspect, location?: string): string {
  return location === undefined ? aspect : `${aspect} ${location}`;
}

/** The differences between two contexts, of the values known in both. */
export function contextChangesBetween(
  before: Circumstances,
  after: Circumstances,
  at: string,
): readonly ContextChange[] {
  return Object.entries(after).flatMap(([key, value]) => {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    if (was === undefined || isSame(was, value)) return [];
    const [aspect = "", location] = key.split(" ");
    return [
      {
        aspect: aspect as Aspect,
        ...(location === undefined ? {} : { location }),
        before: was,
        after: value,
        at,
      },
    ];
  });
}

/** Compares without case: Azure does not always write an enum or an id in the same case. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** How long a change stays evidence. */
const keptMs = 7 * dayMs;
const keptMax = 30;
/** These stay evidence for any length of time: a region may be reinstated months later. */
const lasting: readonly Aspect[] = ["existence", "subscription", "location"];

/**
 * The changes that are still evidence, newest last. A change that explained a drift stays evidence for one more day.
 */
export function recentContextChanges(
  contextChanges: readonly ContextChange[],
  now: Date,
): readonly ContextChange[] {
  const within = (at: string, ms: number) => !hasElapsed(ms, at, now);
  return contextChanges
    .filter(({ aspect, at, usedAt }) =>
      usedAt === undefined ? lasting.includes(aspect) || within(at, keptMs) : within(usedAt, dayMs),
    )
    .slice(-keptMax);
}
