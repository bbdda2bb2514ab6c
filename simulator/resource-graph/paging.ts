import { randomUUID } from "node:crypto";
import { ok, type ArmResponse } from "../arm/response.ts";
import type { Row } from "./kusto.ts";

/** The results of queries, for callers that page through them. */
export interface Results {
  /** The first page of a new result. */
  firstPage(rows: readonly Row[], top: number): ArmResponse;
  /** The page that a skip token refers to; undefined if the token is not valid. */
  pageAt(token: string, top: number): ArmResponse | undefined;
}

/** How many results are kept; older ones are discarded. */
const resultsMax = 8;

export function results(): Results {
  const kept = new Map<string, readonly Row[]>();

  function keep(rows: readonly Row[]): string {
    const id = randomUUID();
    kept.set(id, rows);
    for (const oldest of [...kept.keys()].slice(0, -resultsMax)) kept.delete(oldest);
    return id;
  }

  return {
    firstPage: (rows, top) => page(rows, 0, top, () => keep(rows)),
    pageAt: (token, top) => {
      const [, result = "", from = ""] =
        /^\["([^"]*)",(\d+)\]$/.exec(Buffer.from(token, "base64").toString()) ?? [];
      const rows = kept.get(result);
      return rows === undefined ? undefined : page(rows, Number(from), top, () => result);
    },
  };
}

/** A page of a result. It has a skip token only if the rows have an id, as Azure documents. */
function page(rows: readonly Row[], from: number, top: number, resultId: () => string): ArmResponse {
  const data = rows.slice(from, from + top);
  const hasMore = rows.length > from + top;
  const isPageable = hasMore && rows[0]?.id !== undefined;
  return ok({
    totalRecords: rows.length,
    count: data.length,
    resultTruncated: hasMore && !isPageable ? "true" : "false",
    ...(isPageable ? { $skipToken: skipToken(resultId(), from + top) } : {}),
    data,
  });
}

function skipToken(resultId: string, from: number): string {
  return Buffer.from(JSON.stringify([resultId, from])).toString("base64");
}
