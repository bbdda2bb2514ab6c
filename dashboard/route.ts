/** Where the page is: `#/connection/<id>?…`. It names a thing and never a key, so that a link can be shared. */
export interface Route {
  readonly view: string;
  /** ARM id or decision id of what is shown. */
  readonly id: string;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
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
