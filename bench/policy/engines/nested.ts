import { bounds } from "../oracle.ts";
import type { Request } from "../requests.ts";

export interface Nested {
  [key: string]: unknown;
}

/** The facts as nested objects for the peers. The subnet's bounds are numbers already. */
export function nested(request: Request): Nested {
  const root: Nested = { endpoint: { tags: {} } };
  for (const [name, value] of Object.entries(request)) put(root, name.split("."), value);
  const [from, to] = bounds(String(request["endpoint.subnet.addressPrefix"]));
  put(root, ["endpoint", "subnet", "from"], from);
  put(root, ["endpoint", "subnet", "to"], to);
  return root;
}

function put(object: Nested, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) object[first] = value;
  else put((object[first] ??= {}) as Nested, rest, value);
}
