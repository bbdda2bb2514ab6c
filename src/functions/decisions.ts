import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { Answer } from "./http/answers.ts";
import { listing, type ListingServices } from "./http/listing.ts";
import { noParameters, readQuery } from "./http/read-request.ts";
import { decisionsQuery } from "./http/requests.ts";
import { json, problem } from "./http/respond.ts";

/**
 * `GET /api/decisions` and `GET /api/decisions/{id}`: entries of the audit chains, newest first or chain by chain, or
 * one of them.
 */
export function decisions(services: ListingServices) {
  const { ledger, listings } = services;
  const list = listing(
    services,
    decisionsQuery,
    async (
      { connection, service = connection?.service, order = "newest", ...filter },
      page,
    ): Promise<Answer<"Entries">> => {
      const wanted = {
        ...filter,
        ...(service === undefined ? {} : { service }),
        ...(connection === undefined ? {} : { connection: connection.text }),
      };
      const { items, ...rest } = await (order === "chain" ? ledger : listings).entries(wanted, page);
      return { decisions: items, ...rest };
    },
  );

  async function one(id: string, request: Pick<HttpRequest, "query" | "url">): Promise<HttpResponseInit> {
    const read = readQuery(noParameters, request);
    if ("refusal" in read) return read.refusal;
    const entry = await ledger.entry(id);
    if (entry !== undefined) return json<Answer<"Entry">>(entry);
    return problem(404, "there is no such decision", {
      detail: "It may be in the archive: entries of kind archival name what was moved there.",
    });
  }

  return async (request: Pick<HttpRequest, "query" | "url" | "params">): Promise<HttpResponseInit> =>
    request.params.id === undefined ? list(request) : one(request.params.id, request);
}
