import type { Answer } from "../../src/functions/http/answers.ts";
import { get } from "./client.ts";
import { expireShown, Feed } from "./feed.ts";

/** The parts of the data, as the app's API gives them. */
export type Access = Answer<"Access">;
export type Health = Answer<"HealthDetails">;
export type Connection = Answer<"Connection">;
export type Entry = Answer<"Entry">;
export type Alert = Answer<"Alerts">["alerts"][number];
export type AddressSet = Answer<"AddressSet">;
export type Unobserved = NonNullable<Answer<"Addresses">["unobserved"]>[number];
export type Held = Answer<"Held">;
export type Overview = Answer<"Overview">;
export type Summary = Overview["services"][number]["connections"][number] & {
  readonly id: string;
  readonly service: string;
};

interface Paged {
  readonly continuation?: string;
}

const pageTop = 1_000;
const recentTop = 100;
/** More is a search of the command line's. */
const pagesMax = 10;

/** Every page of a listing. */
async function all<P extends Paged>(path: string): Promise<readonly P[]> {
  const found: P[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const query = new URLSearchParams({
      top: String(pageTop),
      ...(continuation === undefined ? {} : { continuation }),
    });
    const page: P = await get<P>(`${path}${path.includes("?") ? "&" : "?"}${query.toString()}`);
    found.push(page);
    continuation = page.continuation;
    if (continuation === undefined) break;
  }
  return found;
}

export const health = new Feed<Health>(() => get("health/details"));
export const access = new Feed<Access>(() => get("access"), 5 * 60_000);
/** Everything that needs a person, up to a page, and the first of it: what waits longest comes first. */
export const held = new Feed<Held>(() => get(`held?top=${pageTop}&order=oldest`));
/** What waits for a breaker, up to a page. */
export const heldByBreakers = new Feed<readonly Connection[]>(
  async () => (await get<Answer<"Connections">>(`connections?wait=breaker&top=${pageTop}`)).connections,
);
export const longestHeld = new Feed<Held>(() => get("held?top=6&order=oldest"));
/**
 * Seldom: for this list the table looks at every row of the services, and they are checked every quarter of an hour.
 */
export const addresses = new Feed<Addresses>(async () => {
  const pages = await all<Answer<"Addresses">>("addresses");
  return {
    sets: pages.flatMap((page) => page.addresses),
    unobserved: pages.flatMap((page) => page.unobserved ?? []),
  };
}, 2 * 60_000);

/** Address sets, and the resources whose addresses the list lacks because they were never observed. */
export interface Addresses {
  readonly sets: readonly AddressSet[];
  readonly unobserved: readonly Unobserved[];
}

/** Services with their connections, and every connection in one list. */
export interface Estate {
  /** The answer that it was made of. */
  readonly overview: Overview;
  readonly services: Overview["services"];
  readonly connections: readonly Summary[];
}

export const estate = new Feed<Estate>(async (known) => {
  const overview = await get<Overview>("overview");
  if (known?.overview === overview) return known;
  const { services } = overview;
  const connections = services.flatMap(({ service, connections: ofService }) =>
    ofService.map((each) => ({ ...each, service, id: connectionId(service, each.name) })),
  );
  // Newest first; a comparison of characters is many times as fast as one of a locale.
  connections.sort((one, other) => (one.at === other.at ? 0 : one.at < other.at ? 1 : -1));
  return { overview, services, connections };
});

const connectionId = (service: string, name: string) => `${service}/privateEndpointConnections/${name}`;

const recentMax = 500;
/** Instances record at the same time: an entry may be found after one that is a little newer. */
const overlapMs = 60_000;

/** The newest entries; once there are some, only what came since is asked for, because an entry never changes. */
export const decisions = new Feed<readonly Entry[]>(async (known) => {
  const newest = known?.[0];
  const from = newest && new Date(Date.parse(newest.at) - overlapMs).toISOString();
  const since = from === undefined ? "" : `&from=${encodeURIComponent(from)}`;
  const { decisions: found } = await get<Answer<"Entries">>(`decisions?top=${recentTop}${since}`);
  // A full page may leave a gap before what is known, so that it takes its place.
  if (known === undefined || found.length === recentTop) return found;
  const ids = new Set(known.map(({ id }) => id));
  const added = found.filter(({ id }) => !ids.has(id));
  if (added.length === 0) return known;
  return [...added, ...known]
    .toSorted((one, other) => (one.at === other.at ? 0 : one.at < other.at ? 1 : -1))
    .slice(0, recentMax);
});

/** The newest alerts. They are read whole, because an alert changes: its delivery to a sink may be given up. */
export const alerts = new Feed<readonly Alert[]>(async () => {
  const { alerts: found } = await get<Answer<"Alerts">>(`alerts?top=${recentTop}`);
  return found;
});

const cached = new Map<string, Feed<unknown>>();
const cacheMax = 50;

/** The feed of a path, kept while it is among the last that were asked for, so that going back shows it at once. */
function feedOf<T>(path: string, load: () => Promise<T>): Feed<T> {
  const found = cached.get(path) ?? new Feed<unknown>(load);
  cached.delete(path);
  cached.set(path, found);
  const [oldest] = cached.keys();
  if (cached.size > cacheMax && oldest !== undefined) cached.delete(oldest);
  return found as Feed<T>;
}

/**
 * One alert by its id, found among those of the time when it was raised; null if it is not there. Without a time, it is
 * sought among the newest. "not searched" if it may be among others, which were not read.
 */
export function alertOf(id: string, time: string): Feed<Alert | null | "not searched"> {
  const raised = Date.parse(time);
  const query = new URLSearchParams(
    Number.isNaN(raised)
      ? { top: String(recentTop) }
      : {
          top: String(pageTop),
          from: new Date(raised).toISOString(),
          to: new Date(raised + 1).toISOString(),
        },
  ).toString();
  return feedOf(`alert ${id} ${query}`, async () => {
    const { alerts: found, continuation } = await get<Answer<"Alerts">>(`alerts?${query}`);
    return found.find((each) => each.id === id) ?? (continuation === undefined ? null : "not searched");
  });
}

export function decision(id: string): Feed<Entry> {
  return feedOf(`decisions/${id}`, () => get(`decisions/${encodeURIComponent(id)}`));
}

export function entriesOf(connection: string): Feed<readonly Entry[]> {
  const query = new URLSearchParams({ connection, top: "50" }).toString();
  return feedOf(
    `decisions?${query}`,
    async () => (await get<Answer<"Entries">>(`decisions?${query}`)).decisions,
  );
}

/** The record of one connection, found among those of its service. */
export function connectionOf(id: string): Feed<Connection | null> {
  const service = id.replace(/\/privateEndpointConnections\/[^/]*$/i, "");
  const path = `connections?${new URLSearchParams({ service }).toString()}`;
  return feedOf(`connection ${id}`, async () => {
    const found = (await all<Answer<"Connections">>(path)).flatMap(({ connections }) => connections);
    return found.find(({ connection }) => connection.toLowerCase() === id.toLowerCase()) ?? null;
  });
}

export type Change = Answer<"AddressChange">;

export function historyOf(resource: string): Feed<readonly Change[]> {
  const path = `addresses/history?${new URLSearchParams({ resource }).toString()}`;
  return feedOf<readonly Change[]>(path, async () =>
    (await all<Answer<"AddressHistory">>(path)).flatMap(({ changes }) => changes),
  );
}

/** After an action: what is shown is read again, and what is not shown is given up. */
export function readAnew(): void {
  for (const [path, feed] of cached) if (!feed.isShown) cached.delete(path);
  for (const feed of [health, held, heldByBreakers, longestHeld, addresses, estate, decisions, alerts])
    if (!feed.isShown) feed.expire();
  expireShown();
}
