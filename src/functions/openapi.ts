import type { HttpResponseInit } from "@azure/functions";
import { json } from "./http/respond.ts";

/**
 * `GET /api/openapi.json`, anonymous: it holds no data. The document is built, and what builds it loaded, when it is
 * first needed.
 */
export function openapi() {
  let document: Promise<object> | undefined;
  return async (): Promise<HttpResponseInit> => {
    document ??= import("./http/openapi-document.ts").then(({ openapiDocument }) => openapiDocument());
    return json(await document);
  };
}
