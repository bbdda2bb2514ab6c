import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { foldName } from "../fold-name.ts";
import { nearest } from "../policy/source/nearest.ts";
import type { Listings } from "./listings.ts";
import { joinTruncated } from "../truncate-list.ts";

/**
 * A name that stands for an ARM id where only one has it: `apim-orders`, `apim-orders/pe-x`, or `pe-x` of whichever
 * service.
 */
export interface ShortName {
  readonly kind: "name";
  readonly text: string;
  readonly service?: string;
  readonly connection?: string;
}

/** The name of a service; undefined for text that cannot be one. */
export function parseServiceName(text: string): ShortName | undefined {
  return /^[a-z][a-z0-9-]{0,79}$/i.test(text) ? { kind: "name", text, service: text } : undefined;
}

/** The name of a connection with that of its service, or alone. */
export function parseConnectionName(text: string): ShortName | undefined {
  const [, service, connection] =
    /^(?:([a-z][a-z0-9-]{0,79})\/)?([a-z0-9][\w.()-]{0,159})$/i.exec(text) ?? [];
  if (connection === undefined) return undefined;
  return { kind: "name", text, connection, ...(service === undefined ? {} : { service }) };
}

/**
 * The name of a connection with that of its service, which a change requires: anybody may give a connection any name at
 * another one.
 */
export function parseQualifiedName(text: string): ShortName | undefined {
  return text.includes("/") ? parseConnectionName(text) : undefined;
}

/** The id that has a name; or why there is none, with the candidates where there are several. */
export type Resolved<T> =
  | { readonly kind: "found"; readonly id: T }
  | { readonly kind: "unknown" | "ambiguous"; readonly why: string };

const candidatesMax = 10;

export async function resolveService(listings: Listings, name: string): Promise<Resolved<ServiceId>> {
  const swept = (await listings.services()).map(({ id }) => id);
  const found = swept.filter((each) => isNamed(each.serviceName, name));
  if (found.length > 0) return only(found, "service", { text: name, name }, () => []);
  const addressed = await listings.addressedServices();
  return only(
    addressed.filter((each) => isNamed(each.serviceName, name)),
    "service",
    { text: name, name },
    () => [...swept, ...addressed].map((each) => each.serviceName),
  );
}

/**
 * The connection whose whole name this is. Requesters choose the names of connections and may put dots in them, so a
 * part of a name stands for nothing. Where several services have one of this name, those that are gone do not count
 * beside one that is there.
 */
export async function resolveConnection(
  listings: Listings,
  { text, service, connection = "" }: ShortName,
): Promise<Resolved<ConnectionId>> {
  const of = service === undefined ? undefined : await resolveService(listings, service);
  if (of !== undefined && of.kind !== "found") return of;
  const connections = await listings.connectionIds(of?.id);
  const named = connections.filter((each) => isNamed(each.connectionName, connection));
  const found = named.length > 1 ? await withoutGone(listings, named) : named;
  const known = { text, name: connection, before: of === undefined ? "" : `${of.id.serviceName}/` };
  return only(found, "connection", known, () => connections.map((each) => each.connectionName));
}

async function withoutGone(
  listings: Listings,
  named: readonly ConnectionId[],
): Promise<readonly ConnectionId[]> {
  const summaries = await listings.summaries();
  const gone = new Set(summaries.filter(({ phase }) => phase === "Gone").map(({ id }) => id));
  const there = named.filter(({ text }) => !gone.has(text));
  return there.length === 0 ? named : there;
}

function isNamed(name: string, given: string): boolean {
  return foldName(name) === foldName(given);
}

/** What was asked for: the name that is compared with others, and what stands before it in the text. */
interface Asked {
  readonly text: string;
  readonly name: string;
  readonly before?: string;
}

function only<T extends { readonly text: string }>(
  found: readonly T[],
  what: string,
  { text, name, before = "" }: Asked,
  names: () => readonly string[],
): Resolved<T> {
  const [id] = found;
  if (id === undefined) {
    const near = nearest(name, names());
    const advice = near === undefined ? "" : `; did you mean "${before}${near}"?`;
    return { kind: "unknown", why: `no known ${what} is named "${text}"${advice}` };
  }
  if (found.length === 1) return { kind: "found", id };
  const candidates = found.map((each) => each.text);
  return {
    kind: "ambiguous",
    why: `"${text}" is ambiguous: name one of ${joinTruncated(candidates, candidatesMax)}`,
  };
}
