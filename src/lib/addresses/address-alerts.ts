import { alert, type Alert, type AlertType } from "../alerts/alert.ts";
import { sha256 } from "../hash.ts";
import { without } from "./address.ts";
import type { AddressesThen, AddressHead, AddressRecord, Addressed, Change } from "./baseline.ts";
import type { Cause } from "./causes.ts";
import type { Compared } from "./compare.ts";
import type { AddressKind } from "./tier.ts";

/** What goes into the history of a resource, and whom to tell. */
export interface News {
  readonly changes: readonly Change[];
  readonly alerts: readonly Alert[];
}

interface Telling {
  readonly resource: Addressed;
  readonly now: Date;
  readonly causes: readonly Cause[];
  /** Of the drifts that begin now. */
  readonly id: string;
  readonly checkedAt?: string;
  /** The virtual network mode of a service. */
  readonly mode: string | undefined;
}

/** Who relies on an address of this kind (Azure's document "IP addresses of Azure API Management"). */
const relying: Readonly<Record<AddressKind | "managing", string>> = {
  public:
    "clients and firewalls that allow calls to this address, DNS records that hold it, and, where no NAT gateway is in between, " +
    "backends that allow calls from it",
  private:
    "clients in the virtual network, and DNS records that resolve the service's hostnames to this address",
  outbound: "backends that allow calls from this address",
  managing:
    "firewalls that allow Azure to manage the service (port 3443), and backends on the internet that allow calls from this " +
    "address; clients use the private one",
};

function affected(records: readonly AddressRecord[], mode: string | undefined): readonly string[] {
  const inside = mode?.toLowerCase() === "internal";
  return [...new Set(records.map(({ kind }) => relying[kind === "public" && inside ? "managing" : kind]))];
}

/** What one occurrence of a drift is called: the same resource, places, addresses and time have the same. */
export function driftId({ text }: Addressed, records: readonly AddressRecord[], now: Date): string {
  const which = records.map(({ kind, location, current }) => `${kind} ${location} ${current.join(" ")}`);
  return sha256([text, now.toISOString(), ...which].join("\n")).slice(0, 32);
}

/** The changes and alerts of an observation that was held against the records. */
export function newsOf(compared: Compared, telling: Telling): News {
  const at = telling.now.toISOString();
  const change = (kind: Change["kind"], records: readonly AddressRecord[], what: string): Change[] =>
    records.length === 0 ? [] : [{ at, kind, what, addresses: records.map(then) }];
  const { learned, declared, drifted, restored, vacated, returned } = compared;
  const placesOf = (records: readonly AddressRecord[]) =>
    [...new Set(records.map(({ location }) => location))].join(", ");
  return {
    changes: [
      ...change("learned", learned, learnedWhat(learned)),
      ...change("declared", declared, `the baseline is declared in ${filesOf(declared)}`),
      ...change("back", returned, `${placesOf(returned)} is there again`),
      ...change("vacated", vacated, `the service is not in ${placesOf(vacated)} any more`),
      ...change("drifted", drifted, probable(telling.causes)),
      ...change("restored", restored.map(atBaseline), "the addresses are again what is held to be right"),
    ],
    alerts: alertsOf(compared, telling),
  };
}

function learnedWhat(learned: readonly AddressRecord[]): string {
  const advice = [...new Set(learned.flatMap((each) => each.advice ?? []))];
  return ["what is there is taken to be right", ...advice].join("; ");
}

function filesOf(declared: readonly AddressRecord[]): string {
  const files = declared.map(({ origin }) => (origin.kind === "declared" ? origin.file : ""));
  return [...new Set(files)].join(", ");
}

function alertsOf(compared: Compared, telling: Telling): readonly Alert[] {
  const { news, restored, reminded, declared } = compared;
  const heard = restored.filter((record) => record.heard === "drifted");
  const settled = heard.filter((record) => compared.declared.some((each) => sameplace(each, record)));
  const returned = heard.filter((record) => !settled.includes(record));
  return [
    ...(news.length === 0 ? [] : [driftedAlert(news, telling)]),
    ...(returned.length === 0 ? [] : [restoredAlert(returned, telling)]),
    ...(settled.length === 0
      ? []
      : [acknowledged(settled, telling, { by: filesOf(declared), reason: "declared" })]),
    ...(reminded.length === 0 ? [] : [reminder(reminded, telling)]),
  ];
}

function sameplace(one: AddressRecord, other: AddressRecord): boolean {
  return one.kind === other.kind && one.location === other.location;
}

function driftedAlert(
  records: readonly AddressRecord[],
  { resource, now, causes, id, checkedAt, mode }: Telling,
): Alert {
  const at = now.toISOString();
  return alert("Drawbridge.AddressDrifted", resource.text, id, at, {
    drift: id,
    reason: `${records.map(sentence).join("; ")}. ${probable(causes)}`,
    since: at,
    ...(checkedAt === undefined ? {} : { lastSeenRight: checkedAt }),
    addresses: records.map(printed),
    causes,
    affected: affected(records, mode),
    todo: whatToDo(resource, records),
  });
}

function restoredAlert(records: readonly AddressRecord[], telling: Telling): Alert {
  return about("Drawbridge.AddressRestored", records.map(atBaseline), telling, {
    reason: `${records.map(where).join(", ")}: the addresses are again what is held to be right`,
    since: records.map(({ drift }) => drift?.since ?? "").toSorted()[0],
  });
}

function reminder(records: readonly AddressRecord[], telling: Telling): Alert {
  const since = records.map(({ drift }) => drift?.since ?? "").toSorted()[0];
  return about("Drawbridge.AddressReminder", records, telling, {
    reason: `still so since ${since}: ${records.map(sentence).join("; ")}`,
    since,
    causes: records[0]?.drift?.causes ?? [],
    affected: affected(records, telling.mode),
    todo: whatToDo(telling.resource, records),
  });
}

/** A person's word, or a file's: these addresses are right from now on. */
export function acknowledged(
  records: readonly AddressRecord[],
  telling: Pick<Telling, "resource" | "now">,
  { by, reason }: { readonly by: string; readonly reason: string },
): Alert {
  return about("Drawbridge.AddressAcknowledged", records, telling, {
    reason: `${records.map(where).join(", ")}: acknowledged by ${by}: ${reason}`,
    by,
    why: reason,
  });
}

/** What held addresses is gone, and they may be given to somebody else. */
export function gone(
  resource: Addressed,
  { missingAt, circumstances }: AddressHead,
  records: readonly AddressRecord[],
  at: string,
): Alert {
  const held = records.filter(({ current }) => current.length > 0);
  const type = resource.kind === "service" ? "Drawbridge.ServiceGone" : "Drawbridge.AddressDrifted";
  return alert(type, resource.text, `gone\n${missingAt}`, at, {
    reason:
      `Azure says that there is no such ${resource.kind === "service" ? "service" : "public IP resource"}. ` +
      "Its addresses may be given to somebody else: take them out of allow-lists and DNS",
    since: missingAt,
    addresses: held.map(printed),
    affected: affected(held, circumstances.network),
  });
}

function about(
  type: AlertType,
  records: readonly AddressRecord[],
  { resource, now }: Pick<Telling, "resource" | "now">,
  data: Readonly<Record<string, unknown>>,
): Alert {
  const at = now.toISOString();
  const version = [at, ...records.map(({ kind, location }) => `${kind} ${location}`)].join("\n");
  return alert(type, resource.text, version, at, { ...data, addresses: records.map(printed) });
}

function atBaseline(record: AddressRecord): AddressRecord {
  return { ...record, current: record.baseline };
}

function printed(record: AddressRecord) {
  const { kind, location, baseline, current } = record;
  const { added, removed } = then(record);
  return { kind, location, baseline, current, added, removed };
}

function then({ kind, location, baseline, current }: AddressRecord): AddressesThen {
  return {
    kind,
    location,
    added: without(current, baseline),
    removed: without(baseline, current),
    addresses: current,
  };
}

function where({ kind, location }: AddressRecord): string {
  return `${kind} in ${location}`;
}

function sentence(record: AddressRecord): string {
  const list = (addresses: readonly string[]) => (addresses.length === 0 ? "none" : addresses.join(", "));
  return `${where(record)}: ${list(record.baseline)} became ${list(record.current)}`;
}

function probable([first]: readonly Cause[]): string {
  if (first === undefined) return "";
  return first.cause === "unknown"
    ? "The cause is unknown: nothing else that Azure shows of it changed"
    : `Probable cause: ${first.cause} (${first.for.join("; ")})`;
}

function whatToDo({ text }: Addressed, records: readonly AddressRecord[]): string {
  const addresses = records.flatMap(({ current }) => current).join(",");
  return (
    "Tell those who are affected, and change allow-lists and DNS. If the new addresses are right: drawbridge acknowledge " +
    `--resource ${text} --addresses ${addresses === "" ? "none" : addresses} --reason "<why>"`
  );
}
