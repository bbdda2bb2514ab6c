/** What addresses depend on. `of` a location, or of the whole resource. */
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

/** By `aspect` or `aspect location`: what it was; what is not in it is not known. */
export type Circumstances = Readonly<Record<string, string>>;

/** That something which addresses depend on became something else. */
export interface ContextChange {
  readonly aspect: Aspect;
  readonly location?: string;
  readonly before: string;
  readonly after: string;
  /** When that was first observed. */
  readonly at: string;
  /** When it explained a drift: it does not explain another one next month. */
  readonly usedAt?: string;
}

export function circumstanceKey(aspect: Aspect, location?: string): string {
  return location === undefined ? aspect : `${aspect} ${location}`;
}

/** What differs, of what is known of both. */
export function shiftsBetween(
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

/** Azure does not always write an enum or an id in the same case. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const day = 86_400_000;
/** How long something that changed stays evidence. */
const keptMs = 7 * day;
const keptMax = 30;
/** These explain what comes after them however long that takes: a region may be reinstated months later. */
const lasting: readonly Aspect[] = ["existence", "subscription", "location"];

/** Evidence that is still worth keeping, the newest last. What was used explains only what follows within the day. */
export function recentShifts(shifts: readonly ContextChange[], now: Date): readonly ContextChange[] {
  const within = (at: string, ms: number) => now.getTime() - Date.parse(at) < ms;
  return shifts
    .filter(({ aspect, at, usedAt }) =>
      usedAt === undefined ? lasting.includes(aspect) || within(at, keptMs) : within(usedAt, day),
    )
    .slice(-keptMax);
}
