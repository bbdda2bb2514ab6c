import { gzip } from "node:zlib";
import type { HttpRequest } from "@azure/functions";
import { sha256 } from "../lib/hash.ts";
import type { Handler } from "./access.ts";

/** Bytes below which an answer fits into one packet, so that compressing it saves nothing. */
const compressedMin = 1_400;

/**
 * Adds an entity tag to the answer of a `GET` (RFC 9110, section 8.8.3). A caller that sends the tag of the same answer
 * gets 304 without a body: a page or a script that polls costs no transfer while nothing changes. Larger answers are
 * compressed.
 */
export function conditionalGet(handler: Handler): Handler {
  return async (request, context, caller) => {
    const answer = await handler(request, context, caller);
    const { status = 200, jsonBody } = answer;
    if (status !== 200 || jsonBody === undefined) return answer;
    const text = JSON.stringify(jsonBody);
    // Weak: the compressed and the plain answer have the same tag.
    const etag = `W/"${sha256(text).slice(0, 32)}"`;
    const headers = new Headers(answer.headers);
    headers.set("etag", etag);
    headers.set("vary", "accept-encoding");
    if (isCurrent(request, etag)) return { status: 304, headers };
    headers.set("content-type", "application/json");
    if (text.length < compressedMin || !acceptsGzip(request)) return { status, headers, body: text };
    headers.set("content-encoding", "gzip");
    return { status, headers, body: await compress(text) };
  };
}

/** Compresses on a thread of its own. */
function compress(text: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(text, (error, zipped) => {
      if (error === null) resolve(zipped);
      else reject(error);
    });
  });
}

type Sent = Pick<HttpRequest, "headers">;

/** Whether the caller has the representation with this tag. The comparison is weak (RFC 9110, section 13.1.2). */
export function isCurrent({ headers }: Sent, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, "");
  const known = headers.get("if-none-match")?.split(",") ?? [];
  return known.some((tag) => bare(tag) === bare(etag));
}

export function acceptsGzip({ headers }: Sent): boolean {
  return /\bgzip\b/.test(headers.get("accept-encoding") ?? "");
}
