import { addressSet, sameSet, without } from "./model/address.ts";
import { acknowledgedAlert } from "./address-alerts.ts";
import { BaselineChanged, type Addressed, type AddressRecord, type Watched } from "./model/baseline.ts";
import { differenceOf } from "./history.ts";
import { declaredFor } from "./model/declared.ts";
import type { AddressServices } from "./services.ts";
import type { AddressKind } from "./model/tier.ts";

/** A person's statement that addresses are right. */
export interface Acknowledgement {
  readonly resource: Addressed;
  readonly kind?: AddressKind;
  readonly location?: string;
  /** The current addresses of everything that drifted; see `addressSet`. */
  readonly addresses: readonly string[];
  readonly by: string;
  /** The object id of whom a token named, in Entra ID. */
  readonly objectId?: string;
  readonly reason: string;
}

export type Acknowledged =
  | { readonly kind: "acknowledged"; readonly records: readonly AddressRecord[] }
  /** The addresses already are the baseline. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "not watched" }
  /** The current addresses differ from those that the person named. */
  | { readonly kind: "mismatch"; readonly records: readonly AddressRecord[] }
  /** The baseline is declared in a file and has to be changed there. */
  | { readonly kind: "declared"; readonly file: string };

const triesMax = 5;

/** Makes the current addresses the baseline, if they are those that the person named. Idempotent. */
export async function acknowledge(
  services: Pick<AddressServices, "alerts" | "baselines" | "clock" | "declared" | "digests">,
  asked: Acknowledgement,
): Promise<Acknowledged> {
  const { alerts, baselines, digests } = services;
  // First, so that the next check reports the change even if this process ends before it announces the alert.
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
  const selected = records.filter(
    ({ kind, location, vacatedAt }) =>
      vacatedAt === undefined && (asked.kind ?? kind) === kind && (asked.location ?? location) === location,
  );
  if (head === undefined || selected.length === 0) return { kind: "not watched" };
  const drifted = selected.filter(({ drift }) => drift !== undefined);
  if (drifted.length === 0) {
    const accepted = selected.flatMap(({ baseline }) => baseline);
    return without(asked.addresses, accepted).length === 0
      ? { kind: "unchanged" }
      : { kind: "mismatch", records: selected };
  }
  const current = addressSet(drifted.flatMap((each) => each.current)) ?? [];
  if (!sameSet(current, asked.addresses)) return { kind: "mismatch", records: drifted };
  const pinned = drifted.map((each) => declaredFor(declared, each)).find((each) => each !== undefined);
  return pinned === undefined
    ? { kind: "acknowledged", records: drifted }
    : { kind: "declared", file: pinned.file };
}

async function record(
  { baselines, clock }: Pick<AddressServices, "baselines" | "clock">,
  { head }: Watched,
  { resource, by, objectId, reason }: Acknowledgement,
  drifted: readonly AddressRecord[],
): Promise<void> {
  if (head === undefined) throw new Error("a resource that is not watched has no drift");
  const now = clock.now();
  const at = now.toISOString();
  const records = drifted.map(
    ({ drift: _, reportedDrifts: _reported, neverObserved: _never, ...rest }): AddressRecord => {
      const id = objectId === undefined ? {} : { objectId };
      const origin = { kind: "acknowledged", by, ...id, reason } as const;
      return { ...rest, baseline: rest.current, baselineAt: at, origin, lastReported: "right" };
    },
  );
  await baselines.revise(resource, {
    head,
    records,
    changes: [
      {
        at,
        kind: "acknowledged",
        what: "the new addresses are right",
        actor: by,
        ...(objectId === undefined ? {} : { actorObjectId: objectId }),
        reason,
        addresses: drifted.map(differenceOf),
      },
    ],
    alerts: [acknowledgedAlert(drifted, { resource, now }, { by, reason })],
  });
}
