import { randomUUID } from "node:crypto";
import type { ArmResponse } from "../arm/response.ts";
import type { Row } from "./kusto.ts";

/** The results of queries, for callers that page through them. */
export interface Results {
  /** The first page of a new result. Each of its pages has these headers. */
  firstPage(rows: readonly Row[], top: number, headers: Headers): ArmResponse;
  /** The page that a skip token refers to; undefined if the token is not valid. */
  pageAt(token: string, top: number): ArmResponse | undefined;
}

type Headers = Readonly<Record<string, string>>;

interface Result {
  readonly rows: readonly Row[];
  readonly headers: Headers;
}

/** How many results are kept; older ones are discarded. */
const resultsMax = 8;

export function results(): Results {
  const kept = new Map<string, Result>();

  function keep(result: Result): string {
    const id = randomUUID();
    kept.set(id, result);
    for (const oldest of [...kept.keys()].slice(0, -resultsMax)) kept.delete(oldest);
    return id;
  }

  return {
    firstPage: (rows, top, headers) => page({ rows, headers }, 0, top, () => keep({ rows, headers })),
    pageAt: (token, top) => {
      const [, id = "", from = ""] =
        /^\["([^"]*)",(\d+)\]$/.exec(Buffer.from(token, "base64").toString()) ?? [];
      const result = kept.get(id);
      return result === undefined ? undefined : page(result, Number(from), top, () => id);
    },
  };
}

/** A page of a result. It has a skip token only if the rows have an id, as Azure documents. */
function page({ rows, headers }: Result, from: number, top: number, resultId: () => string): ArmResponse {
  const data = rows.slice(from, from + top);
  const hasMore = rows.length > from + top;
  const isPageable = hasMore && rows[0]?.id !== undefined;
  return {
    status: 200,
    headers,
    body: {
      totalRecords: rows.length,
      count: data.length,
      resultTruncated: hasMore && !isPageable ? "true" : "false",
      ...(isPageable ? { $skipToken: skipToken(resultId(), from + top) } : {}),
      data,
    },
  };
}

function skipToken(resultId: string, from: number): string {
  return Buffer.from(JSON.stringify([resultId, from])).toString("base64");
}
