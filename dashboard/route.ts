import { useEffect, useState } from "preact/hooks";

/** Where the page is: `#/connection/<id>?…`. It names a thing and never a key, so that a link can be shared. */
export interface Route {
  readonly view: string;
  /** ARM id or decision id of what is shown. */
  readonly id: string;
  readonly query: URLSearchParams;
}

function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", ...rest] = path.split("/");
  return { view, id: decode(rest.join("/")), query: new URLSearchParams(query) };
}

export function linkTo(view: string, id = "", query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
  // Slashes stay readable.
  const place = id === "" ? "" : `/${encodeURIComponent(id.toWellFormed()).replaceAll("%2F", "/")}`;
  return `#/${view}${place}${search}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

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

const placeKey = "place";

/**
 * Keeps the place for this tab while App Service signs a person in. That leads through Microsoft's pages back to the page without
 * its place: browsers send no fragment to a server. A place is no secret.
 */
export function keepPlace(): void {
  storage()?.setItem(placeKey, location.hash);
}

/** Opens the place that was kept, once. */
export function returnToPlace(): void {
  const place = storage()?.getItem(placeKey) ?? "";
  storage()?.removeItem(placeKey);
  if (place !== "" && location.hash === "") history.replaceState(null, "", place);
}

/** Undefined where the browser is set to store nothing for the page. */
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
