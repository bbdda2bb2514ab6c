import { array, constantFrom, nat, tuple, type Arbitrary } from "fast-check";

/** Azure's events with any of their parts replaced, removed or moved, for tests of event parsers. */
export function mutatedEvents(events: readonly object[], texts: readonly string[]): Arbitrary<unknown> {
  const values = [...texts, "", "{}", 0, -1, true, null, [], {}, [[]], [null], { properties: {} }, undefined];
  const change = tuple(nat(), constantFrom<unknown>(...values));
  return tuple(constantFrom(...events), array(change, { maxLength: 4 })).map(([event, changes]) =>
    changes.reduce<unknown>((whole, [place, value]) => changed(whole, place, value), structuredClone(event)),
  );
}

/** A value in which one place, possibly the root, has another value. */
function changed(whole: unknown, place: number, value: unknown): unknown {
  const places = placesIn(whole);
  const chosen = place % (places.length + 1);
  const [holder, key] = places[chosen - 1] ?? [];
  if (holder === undefined || key === undefined) return chosen === 0 ? value : whole;
  holder[key] = structuredClone(value);
  return whole;
}

type Place = readonly [holder: Record<string, unknown>, key: string];

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(holder[key])]);
}
