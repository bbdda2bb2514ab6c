import type { PlaceAnswer, ServiceAnswer } from "../../lib/addresses/azure-addresses.ts";
import type { Connection } from "../../lib/connections/azure-connections.ts";
import { normaliseLocation } from "../../lib/policy/values/location.ts";
import { couldNot, known, type Finding } from "./finding.ts";

/** `shown` is undefined where its answer has no such property, which is a No if there is something to show. */
export function comparedConnections(
  expected: readonly Connection[],
  shown: readonly Connection[] | undefined,
): Finding {
  if (expected.length + (shown ?? []).length === 0) return couldNot("the service has no connections");
  if (shown === undefined)
    return known(`No: 0 of ${expected.length}, it has no property privateEndpointConnections`);
  const states = new Map(shown.map(({ id, state }) => [id.text, state]));
  const same = expected.filter(({ id, state }) => states.get(id.text) === state).length;
  const moved = expected.filter(({ id, state }) => ![undefined, state].includes(states.get(id.text))).length;
  const more = shown.length - same - moved;
  const differences = [
    ...(moved === 0 ? [] : [`${moved} in another state`]),
    ...(more === 0 ? [] : [`${more} more`]),
  ];
  return known(compared({ same, of: expected.length, as: "in the same state", differences }));
}

export const addressKinds = ["publicAddresses", "privateAddresses", "outboundAddresses"] as const;
type AddressKind = (typeof addressKinds)[number];

export function shortKind(kind: AddressKind): string {
  return kind.replace("Addresses", "");
}

/** Compares the lists that both have. A list that an answer lacks is not an empty one: its kind is named instead. */
export function comparedAddresses(inArm: ServiceAnswer, inGraph: ServiceAnswer): Finding {
  const locations = [...new Set([...locationsOf(inArm), ...locationsOf(inGraph)])];
  const pairs = addressKinds.flatMap((kind) =>
    locations.map((location) => {
      const [arm, graph] = [listOf(inArm, kind, location), listOf(inGraph, kind, location)];
      return { kind, arm, graph };
    }),
  );
  const both = pairs.flatMap(({ kind, arm, graph }) => (arm && graph ? [{ kind, arm, graph }] : []));
  const missing = missingIn(pairs);
  if (both.every(({ arm, graph }) => arm.length + graph.length === 0))
    return couldNot(["there are no addresses that could be compared", ...missing].join("; "));
  const of = both.flatMap(({ arm }) => arm).length;
  const same = both.flatMap(({ arm, graph }) => arm.filter((each) => graph.includes(each))).length;
  const more = both.flatMap(({ graph }) => graph).length - same;
  const differences = more === 0 ? [] : [`${more} more`];
  return known(
    [compared({ same, of, as: "of the same kind and place", differences }), ...missing].join("; "),
  );
}

function locationsOf({ places }: ServiceAnswer): readonly string[] {
  return places.map(({ location }) => normaliseLocation(location));
}

/**
 * The addresses of a kind at a place; undefined if they are not in the answer. An answer with all its places has none
 * at others.
 */
function listOf(
  { places, placesIncomplete }: ServiceAnswer,
  kind: AddressKind,
  location: string,
): PlaceAnswer[AddressKind] {
  const found = places.filter((place) => normaliseLocation(place.location) === location);
  if (found.length === 0) return placesIncomplete === true ? undefined : [];
  const lists = found.map((place) => place[kind]);
  return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
}

interface Pair {
  readonly kind: AddressKind;
  readonly arm: readonly string[] | undefined;
  readonly graph: readonly string[] | undefined;
}

/** Such as `not compared: private (not in either answer)`. */
function missingIn(pairs: readonly Pair[]): readonly string[] {
  const named = pairs.flatMap(({ kind, arm, graph }) => {
    if (arm !== undefined && graph !== undefined) return [];
    const where =
      arm === graph ? "either answer" : arm === undefined ? "ARM's answer" : "Resource Graph's row";
    return [`${shortKind(kind)} (not in ${where})`];
  });
  return named.length === 0 ? [] : [`not compared: ${[...new Set(named)].join(", ")}`];
}

interface Comparison {
  readonly same: number;
  readonly of: number;
  readonly as: string;
  readonly differences: readonly string[];
}

function compared({ same, of, as, differences }: Comparison): string {
  const isSame = same === of && differences.length === 0;
  return [`${isSame ? "Yes" : "No"}: ${same} of ${of} ${as}`, ...differences].join(", ");
}
