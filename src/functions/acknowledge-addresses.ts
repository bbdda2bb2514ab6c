import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { acknowledge, type Acknowledged } from "../lib/addresses/acknowledge.ts";
import { governsById } from "../lib/estate/scope.ts";
import type { Services } from "../services.ts";
import type { Caller } from "./access.ts";
import { printRecord } from "./addresses.ts";
import type { Answer } from "./http/answers.ts";
import { readBody } from "./http/read-request.ts";
import { acknowledgementBody } from "./http/requests.ts";
import { resolveNames } from "./http/resolve-names.ts";
import { json, problem } from "./http/respond.ts";

/**
 * `POST /api/addresses/acknowledge`: a person accepts the current addresses as the new baseline. The caller that a
 * token names is recorded; without a token it is whom the request names, which rests on trust in whoever holds the key.
 */
export function acknowledgeAddresses({ addresses, listings }: Pick<Services, "addresses" | "listings">) {
  return async (
    request: Pick<HttpRequest, "query" | "text" | "url">,
    _context?: unknown,
    caller?: Caller,
  ): Promise<HttpResponseInit> => {
    const read = await readBody(acknowledgementBody, request);
    if ("refusal" in read) return read.refusal;
    const resolved = await resolveNames({ listings }, read.value);
    if ("refusal" in resolved) return resolved.refusal;
    const { by = "the holder of a function key", ...asked } = resolved.value;
    const { resource } = asked;
    const { name, objectId } = caller ?? { name: by };
    if (resource.kind === "service" && governsById(addresses.scope, resource) === "no")
      return problem(403, "not governed", {
        detail: "the resource is outside what this Drawbridge governs (DRAWBRIDGE_SCOPE_*)",
      });
    return respond(
      await acknowledge(addresses, { ...asked, by: name, ...(objectId === undefined ? {} : { objectId }) }),
    );
  };
}

function respond(outcome: Acknowledged): HttpResponseInit {
  switch (outcome.kind) {
    case "acknowledged":
      return json<Answer<"Acknowledged">>({
        outcome: "acknowledged",
        acknowledged: outcome.records.map(({ kind, location, current }) => ({
          kind,
          location,
          addresses: current,
        })),
      });
    case "unchanged":
      return json<Answer<"Acknowledged">>({ outcome: "unchanged" });
    case "not watched":
      return problem(404, "no recorded addresses", {
        detail: "no check has observed these addresses yet, or they are not watched",
      });
    case "declared":
      return problem(409, "the baseline is declared", {
        detail: `it is in ${outcome.file}; change it there`,
      });
    case "mismatch":
      return problem(409, "the named addresses are not the current ones", {
        detail: `Azure shows ${outcome.records.map(printRecord).map(printCurrent).join("; ")}; check these, and name all of them if they are right`,
      });
  }
}

function printCurrent({ kind, location, current }: Answer<"AddressSet">): string {
  return `${kind} in ${location}: ${current.join(", ") || "none"}`;
}
