import { unknownFilters } from "../filters.ts";
import type { Route } from "../route.ts";
import { Foreign } from "./text.tsx";

/** A link that asks for less than the list shows, such as one that was made of an address of the API: it says so. */
export function UnknownFilters({ route }: { readonly route: Route }) {
  const unknown = unknownFilters(route);
  if (unknown.length === 0) return null;
  return (
    <p class="notice warn">
      The link asks for <Foreign text={unknown.join(", ")} />, by which this list is not filtered.
    </p>
  );
}
