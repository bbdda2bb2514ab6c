import type { QueryResponse, ResourceGraphClient } from "@azure/arm-resourcegraph";
import type { ReadOptions } from "./read.ts";

/** What of Resource Graph's client is used. */
export type Graph = Pick<ResourceGraphClient, "resources">;

/** A row as it came: nothing is known of it. */
export type Row = Readonly<Record<string, unknown>>;

export interface GraphPage {
  readonly rows: readonly Row[];
  readonly next?: string;
}

/** A request may name at most this many; more are asked for by naming none, and what is not wanted is left out later. */
const subscriptionsMax = 300;
/** Azure's most; asking for less only makes more calls. */
const top = 1000;

/**
 * One page of a query's rows; undefined for an answer that has no table, or only a part of one. Resource Graph pages
 * only through rows that have an `id`, and cuts the others off (Azure's document "Working with large data sets").
 */
export async function graphPage(
  graph: Graph,
  query: string,
  within: readonly string[] | "all",
  from: string | undefined,
  options: ReadOptions,
): Promise<GraphPage | undefined> {
  const answer = await graph.resources(
    {
      query,
      ...(within === "all" || within.length > subscriptionsMax ? {} : { subscriptions: [...within] }),
      options: { resultFormat: "objectArray", top, ...(from === undefined ? {} : { skipToken: from }) },
    },
    options,
  );
  const { data, skipToken } = answer as Partial<QueryResponse>;
  // An answer without rows is an answer; one without a table, or with rows cut off, is none.
  if (!Array.isArray(data) || (answer.resultTruncated === "true" && skipToken === undefined))
    return undefined;
  const rows = (data as readonly unknown[]).map((row) =>
    typeof row === "object" && row !== null ? (row as Row) : {},
  );
  return { rows, ...(skipToken === undefined ? {} : { next: skipToken }) };
}
