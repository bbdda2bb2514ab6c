import { dayMs, hourMs, minuteMs, plusMs } from "../../clock.ts";
import {
  BaselineChanged,
  type Addressed,
  type AddressRecord,
  type Revision,
  type Watched,
} from "../model/baseline.ts";
import { keyOf, locationsIncomplete } from "../model/compare.ts";
import type { Unobserved } from "../model/digest.ts";
import { addressesOf, type Observation } from "../model/observation.ts";
import { readResource } from "./read.ts";
import type { AddressServices } from "../services.ts";
import { reportUnknownAt } from "../model/unknown.ts";
import { assessDrift } from "./assess-drift.ts";

/** Maximum reads that disagree; then the next check tries again. */
const readsMax = 3;
/** Maximum attempts where other processes revise the same records at the same time. */
const triesMax = 5;

export interface Reconciliation {
  /** Whether the observation was dealt with completely, so that the resource need not be checked before it changes. */
  readonly settled: boolean;
  /** When to check it even if nothing changes. */
  readonly recheckAt?: string;
  /** How many of its addresses have drifted. */
  readonly drifts: number;
  /** Which addresses that it has to have were never observed; `unknown` where this observation does not show it. */
  readonly unobserved: Unobserved | "none" | "unknown";
  readonly observation: Observation;
}

/**
 * Compares one resource with its baselines. `first` is what the inventory showed of it, where that is complete. A
 * change of addresses is believed only after a second answer from Azure agrees. `checkedAt` is when everything was last
 * seen to be as it is stored.
 */
export async function reconcileAddresses(
  services: AddressServices,
  resource: Addressed,
  first?: Observation,
  checkedAt?: string,
): Promise<Reconciliation> {
  const { alerts, baselines, clock, declared } = services;
  for (let tries = 1; ; tries++) {
    const watched = await baselines.read(resource);
    const context = {
      resource,
      declared,
      now: clock.now(),
      ...(checkedAt === undefined ? {} : { checkedAt }),
    };
    const confirmed = await confirmByReread(services, resource, first, (seen) =>
      assessDrift(watched, seen, context),
    );
    if (confirmed === undefined) {
      const observation = { kind: "unread", why: "answers disagree" } as const;
      const { records } = watched;
      return {
        settled: false,
        drifts: driftsIn(records),
        observation,
        unobserved: neverObserved(records, observation),
      };
    }
    const { revision, observation } = confirmed;
    try {
      if (revision !== undefined) await baselines.revise(resource, revision);
    } catch (error) {
      if (!(error instanceof BaselineChanged) || tries === triesMax) throw error;
      continue;
    }
    await alerts.announce(resource);
    const records = recordsAfter(watched, revision);
    const kept = { records, head: revision?.head ?? watched.head };
    const recheckAt = nextCheckAt(kept, { first, observation }, context.now);
    const settled = observation.kind !== "unread";
    return {
      settled,
      drifts: driftsIn(records),
      observation,
      unobserved: neverObserved(records, observation),
      ...(recheckAt === undefined ? {} : { recheckAt }),
    };
  }
}

function driftsIn(records: readonly AddressRecord[]): number {
  return records.filter(({ drift }) => drift !== undefined).length;
}

/**
 * A set is learned from the first answer that has all of it: until then there is no record, and no list has it. What
 * is not settled shows nothing of the sets that a resource has to have.
 */
function neverObserved(
  records: readonly AddressRecord[],
  observation: Observation,
): Reconciliation["unobserved"] {
  if (observation.kind === "gone") return "none";
  if (observation.kind !== "settled") return records.length === 0 ? { why: observation.why } : "unknown";
  const { observed, placesIncomplete } = observation;
  const known = new Set(records.map(keyOf));
  for (const { seen, kind, location } of observed)
    if (seen.kind === "unknown" && seen.expected && !known.has(keyOf({ kind, location })))
      return { why: seen.why, set: { kind, location } };
  return placesIncomplete === true || observed.length === 0 ? { why: locationsIncomplete.why } : "none";
}

type Assess = (seen: Observation) => ReturnType<typeof assessDrift>;

/** Assesses an observation, and confirms a change by a second read; undefined where no two observations agreed. */
async function confirmByReread(
  services: AddressServices,
  resource: Addressed,
  first: Observation | undefined,
  assess: Assess,
): Promise<{ readonly revision: Revision | undefined; readonly observation: Observation } | undefined> {
  let seen = first ?? (await readResource(services, resource)).observation;
  for (let reads = 1; reads <= readsMax; reads++) {
    const assessment = assess(seen);
    if (assessment === undefined || !assessment.needsConfirmation)
      return { revision: assessment?.revision, observation: seen };
    const { observation } = await readResource(services, resource);
    if (addressesOf(observation) === addressesOf(seen))
      return { revision: assess(observation)?.revision, observation };
    seen = observation;
  }
  return undefined;
}

function recordsAfter(
  watched: Watched,
  { records }: Pick<Revision, "records"> = { records: [] },
): readonly AddressRecord[] {
  const changed = new Set(records.map(keyOf));
  return [...records, ...watched.records.filter((each) => !changed.has(keyOf(each)))];
}

/** The next instant at which the resource has to be checked even if the inventory shows no change. */
function nextCheckAt(
  { records, head }: Watched,
  { first, observation }: { readonly first: Observation | undefined; readonly observation: Observation },
  now: Date,
): string | undefined {
  const due = records.flatMap((record) =>
    [record.drift?.remindAt ?? [], reportUnknownAt(record) ?? []].flat(),
  );
  // The service's own answer may have what the inventory lacks, and the other way round.
  if (observation.kind === "settled" && records.some(({ unsettled }) => unsettled !== undefined))
    due.push(plusMs(now, hourMs));
  if (observation.kind === "gone")
    due.push(plusMs(now, head?.goneReportedAt === undefined ? minuteMs : dayMs));
  // The inventory lags. It will show something else once it has caught up.
  if (first !== undefined && addressesOf(first) !== addressesOf(observation)) due.push(plusMs(now, hourMs));
  return due.toSorted()[0];
}
