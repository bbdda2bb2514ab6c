import { estate, type Estate } from "../api/data.ts";
import { useFeed } from "../api/feed.ts";
import { Requester } from "./text.tsx";

/** Who asks for a connection of which a list has the id alone; nothing where no connection with this id is known. */
export function RequesterOf({ connection }: { readonly connection: string }) {
  const { value } = useFeed(estate);
  if (value === undefined) return null;
  const requesters = requestersIn(value);
  const id = connection.toLowerCase();
  return requesters.has(id) ? <Requester subscription={requesters.get(id)} /> : null;
}

/** The requester of each connection, found once for each answer, however many lines ask. */
const found = new WeakMap<Estate, ReadonlyMap<string, string | undefined>>();

function requestersIn(of: Estate): ReadonlyMap<string, string | undefined> {
  const known =
    found.get(of) ?? new Map(of.connections.map(({ id, requester }) => [id.toLowerCase(), requester]));
  found.set(of, known);
  return known;
}
