import { addressSet, sameSet, without } from "./model/address.ts";
import { acknowledged } from "./address-alerts.ts";
import { BaselineChanged, type Addressed, type AddressRecord, type Watched } from "./model/baseline.ts";
import { declaredFor } from "./model/declared.ts";
import type { AddressServices } from "./services.ts";
import type { AddressKind } from "./model/tier.ts";

/** A person's word that addresses are right. */
export interface Acknowledgement {
  readonly resource: Addressed;
  readonly kind?: AddressKind;
  readonly location?: string;
  /** All that are there now of what drifted; see `addressSet`. */
  readonly addresses: readonly string[];
  readonly by: string;
  readonly reason: string;
}

export type Acknowledged =
  | { readonly kind: "acknowledged"; readonly records: readonly AddressRecord[] }
  /** They are what is held to be right already. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "not watched" }
  /** Others are there than those that the person looked at. */
  | { readonly kind: "others"; readonly records: readonly AddressRecord[] }
  /** What is right stands in a file, and is changed there. */
  | { readonly kind: "declared"; readonly file: string };

const triesMax = 5;

/** Makes the addresses that are there the baseline, if they are those that the person says. Saying it twice is saying it once. */
export async function acknowledge(
  services: Pick<AddressServices, "alerts" | "baselines" | "clock" | "declared" | "digests">,
  asked: Acknowledgement,
): Promise<Acknowledged> {
  const { alerts, baselines, digests } = services;
  // Before anything is written, so that a check tells of it should this end in between.
  await digests.invalidate(asked.resource);
  for (let tries = 1; ; tries++) {
    const watched = await baselines.read(asked.resource);
    const outcome = outcomeOf(services, watched, asked);
    try {
      if (outcome.kind === "acknowledged") await record(services, watched, asked, outcome.records);
    } catch (error) {
      if (!(error instanceof BaselineChanged) || tries === triesMax) throw error;
      continue;
    }
    await alerts.announce(asked.resource);
    return outcome;
  }
}

function outcomeOf(
  { declared }: Pick<AddressServices, "declared">,
  { head, records }: Watched,
  asked: Acknowledgement,
): Acknowledged {
  const meant = records.filter(
    ({ kind, location, vacatedAt }) =>
      vacatedAt === undefined && (asked.kind ?? kind) === kind && (asked.location ?? location) === location,
  );
  if (head === undefined || meant.length === 0) return { kind: "not watched" };
  const drifted = meant.filter(({ drift }) => drift !== undefined);
  if (drifted.length === 0) {
    const right = meant.flatMap(({ baseline }) => baseline);
    return without(asked.addresses, right).length === 0
      ? { kind: "unchanged" }
      : { kind: "others", records: meant };
  }
  const there = addressSet(drifted.flatMap(({ current }) => current)) ?? [];
  if (!sameSet(there, asked.addresses)) return { kind: "others", records: drifted };
  const pinned = drifted.map((each) => declaredFor(declared, each)).find((each) => each !== undefined);
  return pinned === undefined
    ? { kind: "acknowledged", records: drifted }
    : { kind: "declared", file: pinned.file };
}

async function record(
  { baselines, clock }: Pick<AddressServices, "baselines" | "clock">,
  { head }: Watched,
  { resource, by, reason }: Acknowledgement,
  drifted: readonly AddressRecord[],
): Promise<void> {
  if (head === undefined) throw new Error("what is not watched has no drift");
  const now = clock.now();
  const at = now.toISOString();
  const records = drifted.map(({ drift: _, told: _told, unseen: _unseen, ...rest }): AddressRecord => {
    const origin = { kind: "acknowledged", by, reason } as const;
    return { ...rest, baseline: rest.current, baselineAt: at, origin, heard: "right" };
  });
  const addresses = drifted.map(({ kind, location, baseline, current }) => ({
    kind,
    location,
    added: without(current, baseline),
    removed: without(baseline, current),
    addresses: current,
  }));
  await baselines.revise(resource, {
    head,
    records,
    changes: [
      { at, kind: "acknowledged", what: "the new addresses are right", actor: by, reason, addresses },
    ],
    alerts: [acknowledged(drifted, { resource, now }, { by, reason })],
  });
}
