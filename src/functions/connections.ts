import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { ConnectionRecord } from "../lib/connections/record/connection-record.ts";
import { hasElapsed, hourMs } from "../lib/clock.ts";
import type { SweptService } from "../lib/connections/listings.ts";
import { assertKnown } from "../lib/connections/assert-known-filter.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { listing, type ListingServices } from "./http/listing.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { connectionsQuery, heldQuery } from "./http/requests.ts";
import { json } from "./http/respond.ts";

type ConnectionLists = ListingServices & Pick<Services, "policy" | "scope">;

/** `GET /api/connections`: connections with their phase and their last verdict, newest first. */
export function connections(services: ConnectionLists) {
  return listing(services, connectionsQuery, async (filter, page): Promise<Answer<"Connections">> => {
    const { items, ...rest } = await services.listings.connections(filter, page);
    if (items.length === 0 && page.continuation === undefined) await assertKnown(services, filter);
    return { connections: items.map(print), ...rest };
  });
}

/**
 * `GET /api/held`: connections that wait for a person, newest first or oldest first, and how many wait for a window,
 * the mode or a breaker.
 */
export function held(services: ConnectionLists) {
  return listing(services, heldQuery, async ({ order, ...filter }, page): Promise<Answer<"Held">> => {
    const { items, ...rest } = await services.listings.held(filter, page, order);
    if (items.length === 0 && page.continuation === undefined) await assertKnown(services, filter);
    return { held: items.map(print), ...rest };
  });
}

/** Sweeps read every service itself within a day. One that was not read for longer could not be. */
const unreadMs = 25 * hourMs;

/** `GET /api/overview`: every service with a summary of its connections, from indexes alone. */
export function overview({ clock, listings }: Pick<Services, "clock" | "listings">) {
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const [services, summaries] = await Promise.all([listings.services(), listings.summaries()]);
    const ofService = Map.groupBy(summaries, ({ service }) => service);
    const swept = new Map(services.map((each) => [each.id.text, each]));
    const ids = new Set([...swept.keys(), ...ofService.keys()]);
    const now = clock.now();
    return json<Answer<"Overview">>({
      services: [...ids].map((service) => ({
        service,
        ...unreadOf(swept.get(service), now),
        connections: (ofService.get(service) ?? []).map(({ id: _, service: _service, ...shown }) => shown),
      })),
    });
  };
}

type Unread = Pick<Answer<"Overview">["services"][number], "unread">;

/**
 * What no sweep follows has left the scope, and is read no more. The time of a recent read is left out: it would make
 * another answer of each overview.
 */
function unreadOf(swept: SweptService | undefined, now: Date): Unread {
  if (swept === undefined) return {};
  const { readAt, isExplained } = swept;
  if (readAt === undefined) return isExplained ? {} : { unread: {} };
  return hasElapsed(unreadMs, readAt, now) ? { unread: { readAt } } : {};
}

/** Leaves out the address of a write's operation: Azure signs it, and only the app may follow it. */
function print({ id, version: _, lease: _lease, write, ...record }: ConnectionRecord): Answer<"Connection"> {
  const sent = write === undefined ? {} : { sentAt: write.sentAt };
  return { connection: id.text, service: id.service.text, ...record, ...sent };
}
