import type { Aspect, Circumstances, ContextChange } from "./model/cause-evidence.ts";
import { circumstanceKey, isSame } from "./model/cause-evidence.ts";
import type { AddressKind } from "./model/tier.ts";

export type CauseName =
  | "service re-created"
  | "public IP resource re-created"
  | "subscription suspended and reinstated"
  | "tier changed"
  | "platform migrated"
  | "region vacated and reinstated"
  | "virtual network added or removed"
  | "virtual network mode switched"
  | "subnet moved"
  | "availability zones changed"
  | "another public IP resource"
  | "public IP resource detached or its allocation changed"
  | "NAT gateway switched"
  | "hostname updated"
  | "declared otherwise"
  | "unknown";

/** A documented cause, rated by what else changed. */
export interface Cause {
  readonly cause: CauseName;
  /**
   * `likely`: its evidence changed. `possible`: its evidence could not be observed. `unlikely`: its evidence did not
   * change.
   */
  readonly likelihood: "likely" | "possible" | "unlikely";
  readonly for: readonly string[];
  readonly against: readonly string[];
}

/** Location and kind of addresses that changed. */
export interface Changed {
  readonly kind: AddressKind;
  readonly location: string;
}

/** What is known besides the addresses themselves. */
export interface CauseContext {
  readonly of: "service" | "public-ip";
  /** Recent changes of what the addresses depend on. */
  readonly contextChanges: readonly ContextChange[];
  /** What the addresses depend on: when they last matched the baseline, and now. */
  readonly before: Circumstances;
  readonly now: Circumstances;
}

interface DocumentedCause {
  readonly cause: CauseName;
  readonly aspect: Aspect;
  /** The kinds of addresses that it can change; all kinds if undefined. */
  readonly kinds?: readonly AddressKind[];
  /** Whether a change of the aspect is evidence of it; every change is, if undefined. */
  readonly fits?: (shift: ContextChange) => boolean;
}

const isNone = (mode: string) => mode.toLowerCase() === "none";
const between = ({ before, after }: ContextChange) => isNone(before) || isNone(after);

/**
 * What Azure documents and users report (Azure's document "IP addresses of Azure API Management", its changes of 2021
 * to 2025, and reports on private addresses). Causes that imply others come first: a platform migration also brings
 * another subnet and another public IP resource, and is then the actual cause.
 */
const documentedCauses: readonly DocumentedCause[] = [
  { cause: "service re-created", aspect: "created" },
  { cause: "service re-created", aspect: "existence" },
  { cause: "public IP resource re-created", aspect: "public-ip-guid", kinds: ["public", "private"] },
  { cause: "subscription suspended and reinstated", aspect: "subscription" },
  { cause: "tier changed", aspect: "sku" },
  { cause: "platform migrated", aspect: "platform" },
  { cause: "region vacated and reinstated", aspect: "location" },
  { cause: "virtual network added or removed", aspect: "network", fits: between },
  { cause: "virtual network mode switched", aspect: "network", fits: (shift) => !between(shift) },
  { cause: "subnet moved", aspect: "subnet" },
  { cause: "availability zones changed", aspect: "zones" },
  { cause: "another public IP resource", aspect: "public-ip" },
  { cause: "NAT gateway switched", aspect: "nat-gateway", kinds: ["outbound"] },
  {
    cause: "public IP resource detached or its allocation changed",
    aspect: "public-ip-allocation",
    kinds: ["public"],
  },
  {
    cause: "public IP resource detached or its allocation changed",
    aspect: "public-ip-attachment",
    kinds: ["public"],
  },
  { cause: "hostname updated", aspect: "hostnames", kinds: ["private"] },
];

/** A file declares other addresses than were found at its first comparison: nothing happened to the service. */
export function declaredOtherwise(files: string): Cause {
  const evidence = `declared in ${files}, and not observed since`;
  return { cause: "declared otherwise", likelihood: "likely", for: [evidence], against: [] };
}

const ranks = { likely: 0, possible: 1, unlikely: 2 };

/**
 * Every cause that could have changed these addresses, the most probable first. If there is evidence for none of them,
 * `unknown` comes first.
 */
export function causesOf(changed: readonly Changed[], around: CauseContext): readonly Cause[] {
  const assessed = documentedCauses
    .filter((cause) => applies(cause, changed, around))
    .map((cause) => assess(cause, changed, around));
  const ranked = merged(assessed).toSorted((a, b) => ranks[a.likelihood] - ranks[b.likelihood]);
  if (ranked[0]?.likelihood === "likely") return ranked;
  const unknown: Cause = {
    cause: "unknown",
    likelihood: "possible",
    for: ["nothing else that Azure reports about it changed"],
    against: [],
  };
  return [unknown, ...ranked];
}

/** Whether a cause can affect such a resource at all. One that cannot is left out, instead of being called unlikely. */
function applies(
  { aspect, kinds }: DocumentedCause,
  changed: readonly Changed[],
  { of, now }: CauseContext,
): boolean {
  if (kinds !== undefined && !changed.some(({ kind }) => kinds.includes(kind))) return false;
  const isOfPublicIp = aspect.startsWith("public-ip-");
  if (of === "public-ip") return isOfPublicIp || aspect === "existence" || aspect === "subscription";
  const names = changed.some(
    ({ location }) => (now[circumstanceKey("public-ip", location)] ?? "none") !== "none",
  );
  return !isOfPublicIp || names;
}

function assess(
  { cause, aspect, kinds, fits = () => true }: DocumentedCause,
  changed: readonly Changed[],
  { contextChanges, before, now }: CauseContext,
): Cause {
  const concerned = changed.filter(({ kind }) => kinds?.includes(kind) ?? true);
  const here = (location: string | undefined) =>
    location === undefined || concerned.some((each) => each.location === location);
  const evidence = contextChanges.filter(
    (shift) => shift.aspect === aspect && here(shift.location) && fits(shift),
  );
  if (evidence.length > 0)
    return {
      cause,
      likelihood: "likely",
      for: evidence.map((shift) => `${describeContextChange(shift)}, observed at ${shift.at}`),
      against: [],
    };
  const values = [undefined, ...new Set(concerned.map(({ location }) => location))].flatMap((location) => {
    const key = circumstanceKey(aspect, location);
    const value = now[key];
    // A value that was unknown before is no evidence that nothing changed.
    const was = before[key];
    return value === undefined || was === undefined || !isSame(was, value)
      ? []
      : [same(aspect, location, value)];
  });
  const notObserved = isTransient(aspect) ? [`no such change was observed (${names[aspect]})`] : [];
  const against = [...values, ...notObserved];
  return { cause, likelihood: against.length === 0 ? "possible" : "unlikely", for: [], against };
}

/** Transient aspects leave no trace in a later answer: each was observed while it lasted, or not at all. */
function isTransient(aspect: Aspect): boolean {
  return aspect === "existence" || aspect === "subscription" || aspect === "location";
}

/** Merges the entries of a cause that has several kinds of evidence. Evidence for it in one of them is enough. */
function merged(causes: readonly Cause[]): Cause[] {
  return [...Map.groupBy(causes, ({ cause }) => cause)].map(([cause, ways]) => {
    const [best] = ways.toSorted((a, b) => ranks[a.likelihood] - ranks[b.likelihood]);
    const likelihood = best?.likelihood ?? "unlikely";
    const evidence = ways.flatMap((each) => each.for);
    return {
      cause,
      likelihood,
      for: evidence,
      against: evidence.length > 0 ? [] : ways.flatMap((each) => each.against),
    };
  });
}

const names: Readonly<Record<Aspect, string>> = {
  existence: "the service",
  created: "time of creation",
  subscription: "subscription",
  platform: "platform version",
  location: "region",
  network: "virtual network mode",
  subnet: "subnet",
  zones: "availability zones",
  "public-ip": "public IP resource",
  "public-ip-guid": "identity of the public IP resource",
  "public-ip-attachment": "what the public IP resource is attached to",
  "public-ip-allocation": "allocation of the public IP address",
  "public-ip-sku": "tier of the public IP resource",
  "nat-gateway": "NAT gateway",
  hostnames: "hostnames and their certificates",
  sku: "tier",
};

function nameOf(aspect: Aspect, location: string | undefined): string {
  return location === undefined ? names[aspect] : `${names[aspect]} in ${location}`;
}

/** A change of the context, as a sentence. */
export function describeContextChange({ aspect, location, before, after }: ContextChange): string {
  return `${nameOf(aspect, location)}: ${before} became ${after}`;
}

function same(aspect: Aspect, location: string | undefined, value: string): string {
  return `${nameOf(aspect, location)}: ${value}, as before`;
}
