import { alert, type Alert, type AlertType } from "../alerts/alert.ts";
import {
  acknowledgedReason,
  driftedReason,
  driftTodo,
  goneReason,
  noLongerApplicable,
  notApplicableTodo,
  notJudgedReason,
  relyingParties,
  reminderReason,
  restoredReason,
} from "../alerts/reasons-of-addresses.ts";
import { sha256 } from "../hash.ts";
import type { AddressHead, AddressRecord, Addressed } from "./model/baseline.ts";
import type { Cause } from "./causes.ts";
import type { Comparison } from "./model/comparison.ts";
import { declaredFor, type Declared } from "./model/declared.ts";
import { advicesOf, filesOf, differenceOf } from "./history.ts";
import { atBaseline, sentence } from "./describe-drift.ts";

export interface AlertContext {
  readonly resource: Addressed;
  readonly now: Date;
  readonly causes: readonly Cause[];
  /** Id of the drifts that begin now. */
  readonly id: string;
  readonly declared: Declared;
  readonly checkedAt?: string;
  /** The virtual network mode of a service. */
  readonly mode: string | undefined;
}

function affected(records: readonly AddressRecord[], mode: string | undefined): readonly string[] {
  const inside = mode?.toLowerCase() === "internal";
  return [
    ...new Set(records.map(({ kind }) => relyingParties[kind === "public" && inside ? "managing" : kind])),
  ];
}

/** The id of one occurrence of a drift, derived from resource, locations, addresses and time. */
export function driftId({ text }: Addressed, records: readonly AddressRecord[], now: Date): string {
  const which = records.map(({ kind, location, current }) => `${kind} ${location} ${current.join(" ")}`);
  return sha256([text, now.toISOString(), ...which].join("\n")).slice(0, 32);
}

/** The alerts of a comparison of an observation with the records. */
export function alertsOf(compared: Comparison, context: AlertContext): readonly Alert[] {
  const { unreported, restored, reminded, notApplicable } = compared;
  const declared = compared.declared.map(({ record }) => record);
  // A drift that was never reported ends without an alert.
  const reported = restored.filter((record) => record.lastReported === "drifted");
  const settled = reported.filter((record) => declared.some((each) => isSamePlace(each, record)));
  const returned = reported.filter((record) => !settled.includes(record));
  return [
    ...(unreported.length === 0 ? [] : [driftedAlert(unreported, context)]),
    ...(returned.length === 0 ? [] : [restoredAlert(returned, context)]),
    ...(settled.length === 0
      ? []
      : [acknowledgedAlert(settled, context, { by: filesOf(declared), reason: "declared" })]),
    ...(reminded.length === 0 ? [] : [reminderAlert(reminded, context)]),
    ...(notApplicable.length === 0 ? [] : [notApplicableAlert(notApplicable, context)]),
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
      reason: driftedReason(records.map(sentence), causes),
      since: at,
      ...(checkedAt === undefined ? {} : { lastSeenRight: checkedAt }),
      addresses: records.map(printed),
      causes,
      affected: affected(records, mode),
      todo: whatToDo(resource, records, declared),
    },
  });
}

function restoredAlert(records: readonly AddressRecord[], context: AlertContext): Alert {
  return about("Drawbridge.AddressRestored", records.map(atBaseline), context, {
    reason: restoredReason(records),
    since: records.map(({ drift }) => drift?.since ?? "").toSorted()[0],
  });
}

function reminderAlert(records: readonly AddressRecord[], context: AlertContext): Alert {
  const [since = ""] = records.map(({ drift }) => drift?.since ?? "").toSorted();
  return about("Drawbridge.AddressReminder", records, context, {
    reason: reminderReason(since, records.map(sentence)),
    since,
    causes: records[0]?.drift?.causes ?? [],
    affected: affected(records, context.mode),
    todo: whatToDo(context.resource, records, context.declared),
  });
}

/** A person or a file has made these addresses the baseline. */
export function acknowledgedAlert(
  records: readonly AddressRecord[],
  context: Pick<AlertContext, "resource" | "now">,
  { by, reason }: { readonly by: string; readonly reason: string },
): Alert {
  return about("Drawbridge.AddressAcknowledged", records, context, {
    reason: acknowledgedReason(records, by, reason),
    by,
    why: reason,
  });
}

/** The resource does not exist any more, and its addresses may be assigned to another customer. */
export function goneAlert(
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
      reason: goneReason(resource.kind === "service" ? "service" : "public IP resource"),
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

/** The new tier has no addresses of its own: an allow-list with the previous ones may admit another customer. */
function notApplicableAlert(records: readonly AddressRecord[], context: AlertContext): Alert {
  const held = records.map((record) => ({ ...record, current: [] }));
  return notJudgedAlert(held, context, {
    what: noLongerApplicable(advicesOf(records)),
    since: context.now.toISOString(),
    todo: notApplicableTodo,
  });
}

/** Addresses that somebody may rely on, and whose drift cannot be detected. */
export function notJudgedAlert(
  records: readonly AddressRecord[],
  context: Pick<AlertContext, "resource" | "now">,
  { what, since, todo }: { readonly what: string; readonly since: string; readonly todo: string },
): Alert {
  return about("Drawbridge.AddressNotJudged", records, context, {
    reason: notJudgedReason(records, what),
    since,
    affected: affected(records, undefined),
    todo,
  });
}

function whatToDo({ text }: Addressed, records: readonly AddressRecord[], declared: Declared): string {
  const files = [...new Set(records.flatMap((each) => declaredFor(declared, each)?.file ?? []))];
  return driftTodo(text, { current: records.flatMap(({ current }) => current), files });
}
