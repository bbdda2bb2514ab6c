import type { Circumstances } from "./circumstance.ts";
import type { AddressKind } from "./tier.ts";

/** What was seen of one kind of address in one place. */
export type Seen =
  /** Sorted, each once; see `addressSet`. */
  | { readonly kind: "addresses"; readonly addresses: readonly string[] }
  /** Nothing of this kind is the resource's own, and `advice` says what Azure's documents recommend instead. */
  | { readonly kind: "none"; readonly advice?: string }
  /** It may have some: nothing can be said. `expected` where it has to have some, so that the answer is partial. */
  | { readonly kind: "unknown"; readonly why: string; readonly expected: boolean };

export interface ObservedAddresses {
  readonly kind: AddressKind;
  /** Normalised: `westeurope`. */
  readonly location: string;
  readonly seen: Seen;
}

/** What was observed of a service or of a public IP resource at one time. */
export type Observation =
  | {
      readonly kind: "settled";
      readonly sightings: readonly ObservedAddresses[];
      /** Set where the answer does not say every location: one that is not among the sightings is not vacated for that. */
      readonly placesUntold?: true;
      readonly circumstances: Circumstances;
    }
  /** Nothing is judged: it is on its way to something else, or its subscription is suspended. */
  | { readonly kind: "unsettled"; readonly why: string; readonly suspended: boolean }
  /** Azure says that there is no such resource. */
  | { readonly kind: "gone" }
  | { readonly kind: "unread"; readonly why: string };

export type Settled = Extract<Observation, { kind: "settled" }>;

/** Whether all that has to be there was seen. */
export function isComplete({ sightings, placesUntold }: Settled): boolean {
  const lacking = sightings.some(({ seen }) => seen.kind === "unknown" && seen.expected);
  return sightings.length > 0 && placesUntold === undefined && !lacking;
}

/** What two observations have to agree on. */
export function addressesOf(observation: Observation): string {
  if (observation.kind !== "settled") return observation.kind;
  const { sightings, placesUntold = false } = observation;
  return JSON.stringify([
    placesUntold,
    ...sightings.map(({ kind, location, seen }) => [kind, location, seen.kind, ...saidBy(seen)]),
  ]);
}

function saidBy(seen: Seen): readonly unknown[] {
  if (seen.kind === "addresses") return seen.addresses;
  return seen.kind === "none" ? [seen.advice !== undefined] : [];
}
