import type { Alert } from "../alerts/alert.ts";
import { describePlace, probableCause } from "../alerts/reasons-of-addresses.ts";
import { without } from "./model/address.ts";
import type { AddressesThen, AddressRecord, Change } from "./model/baseline.ts";
import type { Cause } from "./causes.ts";
import type { Comparison } from "./model/comparison.ts";
import { atBaseline, sentence } from "./describe-drift.ts";

/** Entries for the history of a resource, and alerts. */
export interface HistoryAndAlerts {
  readonly changes: readonly Change[];
  readonly alerts: readonly Alert[];
}

/** The history entries of a comparison. A declaration comes before the drift that it causes. */
export function changesOf(compared: Comparison, causes: readonly Cause[], now: Date): readonly Change[] {
  const at = now.toISOString();
  const { learned, declared, drifted, restored, vacated, returned, known, notApplicable } = compared;
  const change = (kind: Change["kind"], records: readonly AddressRecord[], what: string) =>
    records.length === 0 ? [] : [changeOf(kind, at, what, records)];
  const withoutAddresses = (
    kind: Change["kind"],
    records: readonly AddressRecord[],
    what: string,
  ): Change[] => (records.length === 0 ? [] : [{ at, kind, what }]);
  return [
    ...(learned.length === 0
      ? []
      : [{ at, kind: "learned" as const, what: learnedWhat(learned), addresses: learned.map(found) }]),
    ...(declared.length === 0
      ? []
      : [{ at, kind: "declared" as const, what: declaredWhat(compared), addresses: declared.map(pinned) }]),
    ...withoutAddresses("back", returned, `the service is in ${placesOf(returned)} again`),
    ...withoutAddresses("known", known, `${known.map(describePlace).join(", ")}: known again`),
    ...change("vacated", vacated, `the service is not in ${placesOf(vacated)} any more`),
    ...change("not applicable", notApplicable.map(withNone), advicesOf(notApplicable)),
    ...change("drifted", drifted, driftedWhat(drifted, causes)),
    ...change("restored", restored.map(atBaseline), "the addresses match the baseline again"),
  ];
}

export function changeOf(
  kind: Change["kind"],
  at: string,
  what: string,
  records: readonly AddressRecord[],
): Change {
  return { at, kind, what, addresses: records.map(differenceOf) };
}

/** How the current addresses differ from the baseline. */
export function differenceOf({ kind, location, baseline, current }: AddressRecord): AddressesThen {
  return {
    kind,
    location,
    added: without(current, baseline),
    removed: without(baseline, current),
    addresses: current,
  };
}

function found({ kind, location, current }: AddressRecord): AddressesThen {
  return { kind, location, added: current, removed: [], addresses: current };
}

function pinned({ record, before }: Comparison["declared"][number]): AddressesThen {
  const { kind, location, baseline } = record;
  return {
    kind,
    location,
    added: without(baseline, before),
    removed: without(before, baseline),
    addresses: baseline,
  };
}

function withNone(record: AddressRecord): AddressRecord {
  return { ...record, current: [] };
}

function learnedWhat(learned: readonly AddressRecord[]): string {
  return ["the current addresses become the baseline", advicesOf(learned)]
    .filter((each) => each !== "")
    .join("; ");
}

export function advicesOf(records: readonly AddressRecord[]): string {
  return [...new Set(records.flatMap(({ advice }) => advice ?? []))].join("; ");
}

function declaredWhat({ declared }: Comparison): string {
  return `the baseline is declared in ${filesOf(declared.map(({ record }) => record))}`;
}

export function filesOf(declared: readonly AddressRecord[]): string {
  const files = declared.map(({ origin }) => (origin.kind === "declared" ? origin.file : ""));
  return [...new Set(files)].join(", ");
}

/** Addresses that a file declares differently have not changed: the entry names the declared and the found ones. */
function driftedWhat(drifted: readonly AddressRecord[], causes: readonly Cause[]): string {
  const neverObserved = drifted.filter((record) => record.neverObserved !== undefined).map(sentence);
  return [...neverObserved, probableCause(causes)].filter((each) => each !== "").join(". ");
}

function placesOf(records: readonly AddressRecord[]): string {
  return [...new Set(records.map(({ location }) => location))].join(", ");
}
