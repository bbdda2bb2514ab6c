import type { AddressSet, Summary } from "./api/data.ts";
import { phaseMeanings } from "./phases.ts";
import type { Route } from "./route.ts";

/** The phases that a list of connections can be filtered by. */
export const phases = keysOf(phaseMeanings);

/** What a connection waits for. */
export const waits = keysOf<NonNullable<Summary["waitsFor"]>>({
  person: true,
  window: true,
  mode: true,
  breaker: true,
});

/** How an address set stands to its baseline. */
export const addressStates = keysOf<AddressSet["state"]>({
  right: true,
  drifted: true,
  unknown: true,
  "not applicable": true,
  vacated: true,
  gone: true,
  "not watched": true,
});

/** All values of a type: one that is missing is a type error. */
function keysOf<T extends string>(values: Readonly<Record<T, unknown>>): readonly T[] {
  return Object.keys(values) as T[];
}

/** A filter that takes any text. */
const text = undefined;

/** What each list can be filtered by, as its links name it, with the values where they are a few known ones. */
const filters: Readonly<Record<string, Readonly<Record<string, readonly string[] | undefined>>>> = {
  held: { wait: waits, breaker: ["requests", "approvals"], service: text, q: text },
  connections: {
    service: text,
    phase: ["any", ...phases],
    // Azure's states are an open set.
    state: text,
    end: ["term", "revocation"],
    wait: waits,
    q: text,
  },
  services: { q: text },
  decisions: {},
  addresses: { state: addressStates, q: text },
  alerts: { q: text },
};

/** The value of a filter in a link, or "" where there is none, or one that the list does not know. */
export function filterOf({ view, query }: Route, name: string): string {
  const value = query.get(name) ?? "";
  return filters[view]?.[name]?.includes(value) === false ? "" : value;
}

/** What a link asks of a list that it cannot be filtered by: `colour`, or `wait=nobody`. */
export function unknownFilters({ view, id, query }: Route): readonly string[] {
  const known = filters[view];
  if (id !== "" || known === undefined) return [];
  const unknown = [...query].flatMap(([name, value]) => {
    if (!Object.hasOwn(known, name)) return [name];
    return value === "" || known[name]?.includes(value) !== false ? [] : [`${name}=${value}`];
  });
  return [...new Set(unknown)];
}
