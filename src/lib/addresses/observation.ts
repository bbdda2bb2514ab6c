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

export interface Sighting {
  readonly kind: AddressKind;
  /** Normalised: `westeurope`. */
  readonly location: string;
  readonly seen: Seen;
}

/** What was observed of a service or of a public IP resource at one time. */
export type Observation =
  | {
      readonly kind: "settled";
      readonly sightings: readonly Sighting[];
      readonly circumstances: Circumstances;
    }
  /** Nothing is judged: it is on its way to something else, or its subscription is suspended. */
  | { readonly kind: "unsettled"; readonly why: string; readonly suspended: boolean }
  /** Azure says that there is no such resource. */
  | { readonly kind: "gone" }
  | { readonly kind: "unread"; readonly why: string };

export type Settled = Extract<Observation, { kind: "settled" }>;

/** Whether all that has to be there was seen. */
export function isComplete({ sightings }: Settled): boolean {
  return sightings.length > 0 && !sightings.some(({ seen }) => seen.kind === "unknown" && seen.expected);
}

/** What two observations have to agree on. */
export function addressesOf(observation: Observation): string {
  if (observation.kind !== "settled") return observation.kind;
  return JSON.stringify(
    observation.sightings.map(({ kind, location, seen }) => [
      kind,
      location,
      seen.kind,
      seen.kind === "addresses" ? seen.addresses : [],
    ]),
  );
}
