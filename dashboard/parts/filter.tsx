import { replaceQuery, type Route } from "../route.ts";

/** The text that a list is filtered by. It stands in the address, so that a link shows the same list. */
export function Filter({ route, hint }: { readonly route: Route; readonly hint: string }) {
  return (
    <label>
      Filter
      <input
        type="search"
        value={route.query.get("q") ?? ""}
        onInput={(event) => replaceQuery(route, { q: event.currentTarget.value })}
        placeholder={hint}
      />
    </label>
  );
}
