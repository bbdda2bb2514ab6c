import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { readServiceTags } from "../lib/addresses/service-tags.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { json } from "./http/respond.ts";

/** `GET /api/addresses/service-tags`: the service tags that stand for the addresses of tiers that share them. */
export function serviceTags({ appState }: Pick<Services, "appState">) {
  return async (request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> => {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const found = await readServiceTags(appState);
    return json<Answer<"ServiceTags">>({
      readAt: found?.row.readAt ?? null,
      unread: found?.row.unread ?? null,
      unreadTags: found?.row.unreadTags ?? [],
      tags: found?.tags ?? [],
    });
  };
}
