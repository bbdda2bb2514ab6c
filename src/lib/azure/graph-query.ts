import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../estate/read.ts";
import type { InventoryPage, Within } from "../estate/inventory-page.ts";
import { asArray, asName, asNumber, asObject, asResource, at, type Decode } from "./arm-json.ts";
import type { Ask } from "./read-arm.ts";
import { defined } from "./defined.ts";

/** The part of Resource Graph's client that is used. */
export type Graph = Pick<ResourceGraphClient, "resources">;

export interface GraphPage {
  /** Not decoded yet. */
  readonly rows: readonly unknown[];
  readonly next?: string;
  /**
   * Whether the identity may read more subscriptions than one answer covers, so that rows of the others are missing.
   */
  readonly isLimited?: true;
}

/**
 * True where the identity may read more than 10,000 subscriptions in the query's scope: the answer covers the first
 * 10,000 (Azure's document "Guidance for throttled requests in Azure Resource Graph").
 */
const limitHeader = "x-ms-tenant-subscription-limit-hit";

/**
 * Maximum subscriptions that a request may name. For more, the query names none, and the others are filtered out later.
 */
const subscriptionsMax = 300;
/** Azure's maximum page size, for the fewest calls. */
const top = 1000;

const table = asObject({
  rows: at("data", asArray),
  count: at("count", asNumber),
  truncated: at("resultTruncated", asName),
  next: at("$skipToken", asName),
});

/** A page of a query: its subscriptions, and the token of the previous page. */
export interface PagePlace {
  readonly within: Within;
  readonly from?: string | undefined;
}

/** Reads one page of rows; unknown if the answer has no table, or only a part of one. */
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
  let isLimited = false;
  const body = await ask.one((options) => {
    const onResponse: typeof options.onResponse = (response) => {
      isLimited = String(response.headers.get(limitHeader)).toLowerCase() === "true";
      options.onResponse(response);
    };
    return graph.resources(request, { ...options, onResponse });
  });
  return mapRead(pageFrom(body), (page) => ({ ...page, ...(isLimited && { isLimited }) }));
}

/**
 * Resource Graph pages only through rows that have an `id`, and truncates the others (Azure's document "Working with
 * large data sets"). An answer that counts more rows than it has is truncated as well.
 */
function pageFrom(body: unknown): Read<Omit<GraphPage, "isLimited">> {
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

/** Decodes the rows of a page in the shape of the resource's own answer. Rows that cannot be decoded are counted. */
export function decodedPage<T>(page: Read<GraphPage>, decode: Decode<T>): Read<InventoryPage<T>> {
  return mapRead(page, ({ rows, next, isLimited }) => {
    const items = rows.flatMap((row) => {
      const read = decode(asResource(row));
      return read.kind === "known" ? [read.value] : [];
    });
    return { items, unreadable: rows.length - items.length, ...defined({ next, isLimited }) };
  });
}
