// What the alerts about addresses say happened (`reason`), who relies on the addresses (`affected`) and what to do
// (`todo`). They are raised with these texts, and docs/alerts.md shows them.

interface Place {
  readonly kind: string;
  readonly location: string;
}

/** How addresses differ from their baseline. */
interface Difference extends Place {
  readonly baseline: readonly string[];
  readonly current: readonly string[];
  /** The file that declares a baseline that was never observed: the addresses did not "become" anything. */
  readonly declaredIn?: string | undefined;
}

interface Cause {
  readonly cause: string;
  readonly for: readonly string[];
}

/** Who relies on an address of each kind (Azure's document "IP addresses of Azure API Management"). */
export const relyingParties = {
  public:
    "clients and firewalls that allow calls to this address, DNS records that hold it, and, where no NAT gateway is in between, " +
    "backends that allow calls from it",
  private:
    "clients in the virtual network, and DNS records that resolve the service's hostnames to this address",
  outbound: "backends that allow calls from this address",
  managing:
    "firewalls that allow Azure to manage the service (port 3443), and backends on the internet that allow calls from this " +
    "address; clients use the private one",
} as const;

export function describePlace({ kind, location }: Place): string {
  return `${kind} in ${location}`;
}

export function describeDifference({ baseline, current, declaredIn, ...place }: Difference): string {
  const list = (addresses: readonly string[]) => (addresses.length === 0 ? "none" : addresses.join(", "));
  if (declaredIn !== undefined)
    return `${describePlace(place)}: declared ${list(baseline)} (${declaredIn}), found ${list(current)}`;
  return `${describePlace(place)}: ${list(baseline)} became ${list(current)}`;
}

export function probableCause([first]: readonly Cause[]): string {
  if (first === undefined) return "";
  return first.cause === "unknown"
    ? "The cause is unknown: nothing else that Azure reports about it changed"
    : `Probable cause: ${first.cause} (${first.for.join("; ")})`;
}

/** `differences` are sentences of `describeDifference`. */
export function driftedReason(differences: readonly string[], causes: readonly Cause[]): string {
  return [differences.join("; "), probableCause(causes)].filter((each) => each !== "").join(". ");
}

export function reminderReason(since: string, differences: readonly string[]): string {
  return `open since ${since}: ${differences.join("; ")}`;
}

export function restoredReason(places: readonly Place[]): string {
  return `${listed(places)}: the addresses match the baseline again`;
}

export function acknowledgedReason(places: readonly Place[], by: string, why: string): string {
  return `${listed(places)}: acknowledged by ${by}: ${why}`;
}

export function goneReason(what: "service" | "public IP resource"): string {
  return (
    `Azure reports that this ${what} does not exist. ` +
    "Its addresses may be assigned to another customer: remove them from allow-lists and DNS"
  );
}

/** `what` says why their drift cannot be detected. */
export function notJudgedReason(places: readonly Place[], what: string): string {
  return `${listed(places)}: ${what}`;
}

/** Why the addresses are unknown whose list is empty, and may not be. */
export const noAddressInAnswer = "the answer has none, and there has to be one";

export function unknownSince(since: string, why: string): string {
  return `unknown since ${since}: ${why}`;
}

/** The service's new tier has no addresses of its own. */
export function noLongerApplicable(advice: string): string {
  return `not applicable any more, so that drift is not reported: ${advice}`;
}

export function tagChangedReason(tag: string, added: number, removed: number): string {
  return `prefixes of ${tag}: ${added} new, ${removed} gone. Services of tiers without addresses of their own use it`;
}

function listed(places: readonly Place[]): string {
  return places.map(describePlace).join(", ");
}

/** Declared addresses are changed in their files: an acknowledgement of them is refused. */
export function driftTodo(
  resource: string,
  { current, files }: { readonly current: readonly string[]; readonly files: readonly string[] },
): string {
  const inform = "Inform everyone affected, and update allow-lists and DNS. If the";
  if (files.length > 0) return `${inform} current addresses are right, declare them in ${files.join(", ")}`;
  const addresses = current.length === 0 ? "none" : current.join(",");
  return (
    `${inform} new addresses are right: drawbridge acknowledge ` +
    `--resource ${resource} --addresses ${addresses} --reason "<why>"`
  );
}

export const unknownTodo =
  "Check the service on Azure, and Drawbridge's permissions to read it. Until Azure reports these addresses again, no drift of " +
  "them is detected; their baseline does not change";

export const notApplicableTodo =
  "Remove the previous addresses from allow-lists and DNS: they may be assigned to another customer";

export const tagChangedTodo = "Update allow-lists that hold its prefixes: drawbridge export --service-tags";
