import { useEffect, useState } from "preact/hooks";
import { linkTo, parseRoute, type Route } from "./route.ts";

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return parseRoute(hash);
}

/** Changes the query of the current place without a new entry in the history, so that back leaves the list. */
export function replaceQuery(route: Route, change: Readonly<Record<string, string>>): void {
  const query = { ...Object.fromEntries(route.query), ...change };
  history.replaceState(null, "", linkTo(route.view, route.id, query));
  dispatchEvent(new Event("hashchange"));
}
