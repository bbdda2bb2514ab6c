import { plusMs } from "../../clock.ts";
import {
  BaselineChanged,
  type Addressed,
  type AddressHead,
  type AddressRecord,
  type Revision,
  type Watched,
} from "../model/baseline.ts";
import { keyOf } from "../model/compare.ts";
import { addressesOf, type Observation } from "../model/observation.ts";
import { readResource } from "./read.ts";
import type { AddressServices } from "../services.ts";
import { reportUnknownAt } from "../model/unknown.ts";
import { assessDrift } from "./assess-drift.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Observations that go on disagreeing are no two that agree: the next check tries again. */
const readsMax = 3;
/** Somebody else who revises the same records at the same time is met once or twice, not for ever. */
const triesMax = 5;

export interface Reconciliation {
  /** Whether all that was seen has been dealt with, so that it need not be looked at before it changes. */
  readonly settled: boolean;
  /** When it is to be looked at again anyway. */
  readonly recheckAt?: string;
  /** How many of its addresses have drifted. */
  readonly drifts: number;
  readonly observation: Observation;
}

/**
 * Holds one resource against its baselines. `first` is what the inventory showed of it, where that is whole; what would
 * say that addresses changed is believed after Azure's own answer agrees, and not before. `checkedAt` is when all of it
 * was last as it is kept.
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
    const against = {
      resource,
      declared,
      now: clock.now(),
      ...(checkedAt === undefined ? {} : { checkedAt }),
    };
    const proven = await confirmByReread(services, resource, first, (seen) =>
      assessDrift(watched, seen, against),
    );
    if (proven === undefined)
      return {
        settled: false,
        drifts: driftsIn(watched.records),
        observation: { kind: "unread", why: "answers disagree" },
      };
    const { revision, observation } = proven;
    try {
      if (revision !== undefined) await baselines.revise(resource, revision);
    } catch (error) {
      if (!(error instanceof BaselineChanged) || tries === triesMax) throw error;
      continue;
    }
    await alerts.announce(resource);
    const records = recordsAfter(watched, revision);
    const recheckAt = nextCheckAt(records, revision?.head ?? watched.head, first, observation, against.now);
    const settled = observation.kind !== "unread";
    return {
      settled,
      drifts: driftsIn(records),
      observation,
      ...(recheckAt === undefined ? {} : { recheckAt }),
    };
  }
}

function driftsIn(records: readonly AddressRecord[]): number {
  return records.filter(({ drift }) => drift !== undefined).length;
}

type Assess = (seen: Observation) => ReturnType<typeof assessDrift>;

/** What follows from what was seen, once two observations agree on it; undefined where none did. */
async function confirmByReread(
  services: AddressServices,
  resource: Addressed,
  first: Observation | undefined,
  weighing: Assess,
): Promise<{ readonly revision: Revision | undefined; readonly observation: Observation } | undefined> {
  let seen = first ?? (await readResource(services, resource)).observation;
  for (let reads = 1; reads <= readsMax; reads++) {
    const weighed = weighing(seen);
    if (weighed === undefined || !weighed.needsConfirmation)
      return { revision: weighed?.revision, observation: seen };
    const { observation } = await readResource(services, resource);
    if (addressesOf(observation) === addressesOf(seen))
      return { revision: weighing(observation)?.revision, observation };
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

/** The first instant at which something is due although nothing is seen to change. */
function nextCheckAt(
  records: readonly AddressRecord[],
  head: AddressHead | undefined,
  first: Observation | undefined,
  seen: Observation,
  now: Date,
): string | undefined {
  const due = records.flatMap((record) =>
    [record.drift?.remindAt ?? [], reportUnknownAt(record) ?? []].flat(),
  );
  // What the inventory does not say, the service itself may; and the other way round.
  if (seen.kind === "settled" && records.some(({ unsettled }) => unsettled !== undefined))
    due.push(plusMs(now, hourMs));
  if (seen.kind === "gone") due.push(plusMs(now, head?.goneToldAt === undefined ? minuteMs : 24 * hourMs));
  // The inventory lags: what it shows now is not what it will show when it has caught up.
  if (first !== undefined && addressesOf(first) !== addressesOf(seen)) due.push(plusMs(now, hourMs));
  return due.toSorted()[0];
}
