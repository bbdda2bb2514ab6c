import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../estate/read.ts";
import type { InventoryPage, Within } from "../estate/inventory-page.ts";
import { asArray, asName, asNumber, asObject, asResource, at, type Decode } from "./arm-json.ts";
import type { Ask } from "./ask.ts";
import { defined } from "./defined.ts";

/** What of Resource Graph's client is used. */
export type Graph = Pick<ResourceGraphClient, "resources">;

export interface GraphPage {
  /** As they came: nothing is known of them. */
  readonly rows: readonly unknown[];
  readonly next?: string;
}

/** A request may name at most this many; more are asked for by naming none, and what is not wanted is left out later. */
const subscriptionsMax = 300;
/** Azure's most; asking for less only makes more calls. */
const top = 1000;

const table = asObject({
  rows: at("data", asArray),
  count: at("count", asNumber),
  truncated: at("resultTruncated", asName),
  next: at("$skipToken", asName),
});

/** Which page of a query: the subscriptions that it is about, and the token that the page before gave. */
export interface PagePlace {
  readonly within: Within;
  readonly from?: string | undefined;
}

/** One page of a query's rows; unknown for an answer that has no table, or only a part of one. */
export async function graphPage(
  ask: Ask,
  graph: Graph,
  query: string,
  { within, from }: PagePlace,
): Promise<Read<GraphPage>> {
  const request = {
    query,
    ...(within === "all" || within.length > subscriptionsMax ? {} : { subscriptions: [...within] }),
    options: {
      resultFormat: "objectArray" as const,
      top,
      ...(from === undefined ? {} : { skipToken: from }),
    },
  };
  return pageFrom(await ask.one((options) => graph.resources(request, options)));
}

/**
 * Resource Graph pages only through rows that have an `id`, and cuts the others off (Azure's document "Working with large
 * data sets"); an answer that counts more rows than it has is a part as well.
 */
function pageFrom(body: unknown): Read<GraphPage> {
  return thenRead(table(body), ({ rows, count, truncated, next }) => {
    if (rows.kind === "unknown")
      return unknownRead(rows.reason === "not-in-answer" ? "empty-answer" : rows.reason);
    const isCounted = count.kind === "known" && count.value !== rows.value.length;
    if (isCounted) return unknownRead("incomplete-list");
    if (next.kind === "known") return knownRead({ rows: rows.value, next: next.value });
    const isLast = next.reason === "not-in-answer" && truncated.kind === "known";
    return isLast && truncated.value === "false"
      ? knownRead({ rows: rows.value })
      : unknownRead("incomplete-list");
  });
}

/** A page of rows that are decoded as the resource's own answer; one that cannot be decoded is counted. */
export function decodedPage<T>(page: Read<GraphPage>, decode: Decode<T>): Read<InventoryPage<T>> {
  return mapRead(page, ({ rows, next }) => {
    const items = rows.flatMap((row) => {
      const read = decode(asResource(row));
      return read.kind === "known" ? [read.value] : [];
    });
    return { items, unreadable: rows.length - items.length, ...defined({ next }) };
  });
}
