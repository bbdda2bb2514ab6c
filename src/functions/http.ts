import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { ContinuationInvalid, type PageRequest } from "../lib/page.ts";

/** An error as problem details (RFC 9457). */
export function problem(status: number, title: string, detail?: string): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", title, status, ...(detail === undefined ? {} : { detail }) }),
  };
}

export function json(body: unknown, status = 200): HttpResponseInit {
  return { status, jsonBody: body, headers: { "cache-control": "no-store" } };
}

const topDefault = 100;
const topMax = 1000;

/** What a request asks for, or the answer that refuses it. */
export type Asked<T> = { readonly wants: T } | { readonly refusal: HttpResponseInit };

/** `top` and `continuation` of a query. */
export function pageOf({ query }: Pick<HttpRequest, "query">): Asked<PageRequest> {
  const text = query.get("top") ?? String(topDefault);
  const top = Number(text);
  if (!/^\d{1,4}$/.test(text) || top < 1 || top > topMax)
    return { refusal: problem(400, "top is not usable", `top must be a number from 1 to ${topMax}`) };
  const continuation = query.get("continuation");
  return { wants: { top, ...(continuation === null ? {} : { continuation }) } };
}

/** A listing's page, or the refusal of a continuation that never was given. */
export async function listed<T>(page: () => Promise<T>): Promise<T | undefined> {
  try {
    return await page();
  } catch (error) {
    if (error instanceof ContinuationInvalid) return undefined;
    throw error;
  }
}

export const badContinuation = (): HttpResponseInit =>
  problem(400, "continuation is not usable", "pass the continuation of the page before, unchanged");
