import { alert, type Alert, type AlertType } from "../alerts/alert.ts";
import { sha256 } from "../hash.ts";
import type { AddressHead, AddressRecord, Addressed } from "./model/baseline.ts";
import type { Cause } from "./causes.ts";
import type { Comparison } from "./model/comparison.ts";
import { declaredFor, type Declared } from "./model/declared.ts";
import { advicesOf, filesOf, differenceOf } from "./history.ts";
import { atBaseline, probable, sentence, where } from "./sentences.ts";
import type { AddressKind } from "./model/tier.ts";

export interface AlertContext {
  readonly resource: Addressed;
  readonly now: Date;
  readonly causes: readonly Cause[];
  /** Of the drifts that begin now. */
  readonly id: string;
  readonly declared: Declared;
  readonly checkedAt?: string;
  /** The virtual network mode of a service. */
  readonly mode: string | undefined;
}

/** Who relies on an address of this kind (Azure's document "IP addresses of Azure API Management"). */
const relyingParties: Readonly<Record<AddressKind | "managing", string>> = {
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
  return [
    ...new Set(records.map(({ kind }) => relyingParties[kind === "public" && inside ? "managing" : kind])),
  ];
}

/** What one occurrence of a drift is called: the same resource, places, addresses and time have the same. */
export function driftId({ text }: Addressed, records: readonly AddressRecord[], now: Date): string {
  const which = records.map(({ kind, location, current }) => `${kind} ${location} ${current.join(" ")}`);
  return sha256([text, now.toISOString(), ...which].join("\n")).slice(0, 32);
}

/** Whom to tell what of an observation that was held against the records. */
export function alertsOf(compared: Comparison, telling: AlertContext): readonly Alert[] {
  const { news, restored, reminded, notApplicable } = compared;
  const declared = compared.declared.map(({ record }) => record);
  const heard = restored.filter((record) => record.heard === "drifted");
  const settled = heard.filter((record) => declared.some((each) => isSamePlace(each, record)));
  const returned = heard.filter((record) => !settled.includes(record));
  return [
    ...(news.length === 0 ? [] : [driftedAlert(news, telling)]),
    ...(returned.length === 0 ? [] : [restoredAlert(returned, telling)]),
    ...(settled.length === 0
      ? []
      : [acknowledged(settled, telling, { by: filesOf(declared), reason: "declared" })]),
    ...(reminded.length === 0 ? [] : [reminder(reminded, telling)]),
    ...(notApplicable.length === 0 ? [] : [notApplicableAlert(notApplicable, telling)]),
  ];
}

function isSamePlace(one: AddressRecord, other: AddressRecord): boolean {
  return one.kind === other.kind && one.location === other.location;
}

function driftedAlert(
  records: readonly AddressRecord[],
  { resource, now, causes, id, checkedAt, mode, declared }: AlertContext,
): Alert {
  const at = now.toISOString();
  return alert("Drawbridge.AddressDrifted", resource.text, {
    version: id,
    time: at,
    data: {
      drift: id,
      reason: [records.map(sentence).join("; "), probable(causes)].filter((each) => each !== "").join(". "),
      since: at,
      ...(checkedAt === undefined ? {} : { lastSeenRight: checkedAt }),
      addresses: records.map(printed),
      causes,
      affected: affected(records, mode),
      todo: whatToDo(resource, records, declared),
    },
  });
}

function restoredAlert(records: readonly AddressRecord[], telling: AlertContext): Alert {
  return about("Drawbridge.AddressRestored", records.map(atBaseline), telling, {
    reason: `${records.map(where).join(", ")}: the addresses are again what is held to be right`,
    since: records.map(({ drift }) => drift?.since ?? "").toSorted()[0],
  });
}

function reminder(records: readonly AddressRecord[], telling: AlertContext): Alert {
  const since = records.map(({ drift }) => drift?.since ?? "").toSorted()[0];
  return about("Drawbridge.AddressReminder", records, telling, {
    reason: `still so since ${since}: ${records.map(sentence).join("; ")}`,
    since,
    causes: records[0]?.drift?.causes ?? [],
    affected: affected(records, telling.mode),
    todo: whatToDo(telling.resource, records, telling.declared),
  });
}

/** A person's word, or a file's: these addresses are right from now on. */
export function acknowledged(
  records: readonly AddressRecord[],
  telling: Pick<AlertContext, "resource" | "now">,
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
  return alert(type, resource.text, {
    version: `gone\n${missingAt}`,
    time: at,
    data: {
      reason:
        `Azure says that there is no such ${resource.kind === "service" ? "service" : "public IP resource"}. ` +
        "Its addresses may be given to somebody else: take them out of allow-lists and DNS",
      since: missingAt,
      addresses: held.map(printed),
      affected: affected(held, circumstances.network),
    },
  });
}

function about(
  type: AlertType,
  records: readonly AddressRecord[],
  { resource, now }: Pick<AlertContext, "resource" | "now">,
  data: Readonly<Record<string, unknown>>,
): Alert {
  const at = now.toISOString();
  const version = [at, ...records.map(({ kind, location }) => `${kind} ${location}`)].join("\n");
  return alert(type, resource.text, {
    version,
    time: at,
    data: { ...data, addresses: records.map(printed) },
  });
}

function printed(record: AddressRecord) {
  const { kind, location, baseline, current } = record;
  const { added, removed } = differenceOf(record);
  return { kind, location, baseline, current, added, removed };
}

/** The tier has none of its own any more: who allows what it had may allow somebody else. */
function notApplicableAlert(records: readonly AddressRecord[], telling: AlertContext): Alert {
  const held = records.map((record) => ({ ...record, current: [] }));
  return notJudged(held, telling, {
    what: `not applicable, and judged no more: ${advicesOf(records)}`,
    since: telling.now.toISOString(),
    todo: "Take the addresses that were right before out of allow-lists and DNS: they may be given to somebody else",
  });
}

/** Addresses that somebody may rely on, and of which no drift can be told. */
export function notJudged(
  records: readonly AddressRecord[],
  telling: Pick<AlertContext, "resource" | "now">,
  { what, since, todo }: { readonly what: string; readonly since: string; readonly todo: string },
): Alert {
  return about("Drawbridge.AddressNotJudged", records, telling, {
    reason: `${records.map(where).join(", ")}: ${what}`,
    since,
    affected: affected(records, undefined),
    todo,
  });
}

/** What is declared is changed in its file; acknowledging it is refused. */
function whatToDo({ text }: Addressed, records: readonly AddressRecord[], declared: Declared): string {
  const files = new Set(records.flatMap((each) => declaredFor(declared, each)?.file ?? []));
  if (files.size > 0)
    return (
      "Tell those who are affected, and change allow-lists and DNS. If the addresses that are there are right, say so in " +
      [...files].join(", ")
    );
  const addresses = records.flatMap(({ current }) => current).join(",");
  return (
    "Tell those who are affected, and change allow-lists and DNS. If the new addresses are right: drawbridge acknowledge " +
    `--resource ${text} --addresses ${addresses === "" ? "none" : addresses} --reason "<why>"`
  );
}
