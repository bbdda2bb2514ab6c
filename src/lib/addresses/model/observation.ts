import type { Circumstances } from "./cause-evidence.ts";
import type { AddressKind } from "./tier.ts";

/** What an answer says about one kind of address in one location. */
export type Seen =
  /** Sorted and without duplicates; see `addressSet`. */
  | { readonly kind: "addresses"; readonly addresses: readonly string[] }
  /** The resource has no addresses of its own of this kind. `advice` is what Azure's documents recommend instead. */
  | { readonly kind: "none"; readonly advice?: string }
  /** The answer does not tell. `expected` if the resource must have some, so that the answer is partial. */
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
      readonly observed: readonly ObservedAddresses[];
      /** Set if the answer does not list every location. A location that is missing from it is then not vacated. */
      readonly placesIncomplete?: true;
      readonly circumstances: Circumstances;
    }
  /** Nothing is compared: the resource is in transition, or its subscription is suspended. */
  | { readonly kind: "unsettled"; readonly why: string; readonly suspended: boolean }
  /** Azure reports that the resource does not exist. */
  | { readonly kind: "gone" }
  | { readonly kind: "unread"; readonly why: string };

export type Settled = Extract<Observation, { kind: "settled" }>;

/** Whether everything that must exist was observed. */
export function isComplete({ observed, placesIncomplete }: Settled): boolean {
  const lacking = observed.some(({ seen }) => seen.kind === "unknown" && seen.expected);
  return observed.length > 0 && placesIncomplete === undefined && !lacking;
}

/** The part that two observations have to agree on, as a string. */
export function addressesOf(observation: Observation): string {
  if (observation.kind !== "settled") return observation.kind;
  const { observed, placesIncomplete = false } = observation;
  return JSON.stringify([
    placesIncomplete,
    ...observed.map(({ kind, location, seen }) => [kind, location, seen.kind, ...saidBy(seen)]),
  ]);
}

function saidBy(seen: Seen): readonly unknown[] {
  if (seen.kind === "addresses") return seen.addresses;
  return seen.kind === "none" ? [seen.advice !== undefined] : [];
}
