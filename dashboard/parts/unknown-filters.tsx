import type { Route } from "../route.ts";
import { Foreign } from "./text.tsx";

/** What each list can be filtered by, as its links name it. */
const known: Readonly<Record<string, readonly string[]>> = {
  held: ["wait", "breaker", "service", "q"],
  connections: ["service", "phase", "state", "end", "wait", "q"],
  services: ["q"],
  decisions: [],
  addresses: ["state", "q"],
  alerts: ["q"],
};

/** A link that asks for less than the list shows, such as one that was made of an address of the API: it says so. */
export function UnknownFilters({ route: { view, id, query } }: { readonly route: Route }) {
  const ignored = [...query.keys()].filter((name) => known[view]?.includes(name) === false);
  if (id !== "" || ignored.length === 0) return null;
  return (
    <p class="notice warn">
      The link asks for <Foreign text={[...new Set(ignored)].join(", ")} />, by which this list is not
      filtered.
    </p>
  );
}
