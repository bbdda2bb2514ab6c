import type { HttpRequest } from "@azure/functions";

type Request = Pick<HttpRequest, "params" | "query" | "text" | "url">;

/** A request of the HTTP API as its functions receive it; `path` may have a query. */
export function httpRequest(path: string, body?: unknown): Request {
  const url = new URL(path, "http://127.0.0.1/api/");
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  return { params: {}, query: url.searchParams, url: url.href, text: () => Promise.resolve(text) };
}
