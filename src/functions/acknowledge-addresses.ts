import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { acknowledge, type Acknowledged, type Acknowledgement } from "../lib/addresses/acknowledge.ts";
import { addressSet } from "../lib/addresses/model/address.ts";
import { addressKinds } from "../lib/addresses/model/tier.ts";
import { governsById } from "../lib/estate/scope.ts";
import { parseJson } from "../lib/json.ts";
import { sanitizeText } from "../lib/sanitize-text.ts";
import { normaliseLocation } from "../lib/policy/values/location.ts";
import type { Services } from "../services.ts";
import type { Caller } from "./access.ts";
import { addressedFrom, kindFrom, printRecord, resourceExpected } from "./addresses.ts";
import { json, problem, type Asked } from "./http.ts";

const bodyMax = 64 * 1024;
const textMax = 500;
const addressesMax = 1_000;
const known = ["resource", "kind", "location", "addresses", "reason", "by"];

/**
 * `POST /api/addresses/acknowledge`: a person says that the addresses that are there now are right. Who says so is the caller
 * that a token names; without one it is whom the request names, on the word of whoever has the key.
 */
export function acknowledgeAddresses({ addresses }: Pick<Services, "addresses">) {
  return async (
    request: Pick<HttpRequest, "text">,
    _context?: unknown,
    caller?: Caller,
  ): Promise<HttpResponseInit> => {
    const asked = readBody(await request.text(), caller);
    if ("refusal" in asked) return asked.refusal;
    const { resource } = asked.wants;
    if (resource.kind === "service" && governsById(addresses.scope, resource) === "no")
      return problem(
        403,
        "not governed",
        "the resource is outside what this Drawbridge governs (DRAWBRIDGE_SCOPE_*)",
      );
    return answer(await acknowledge(addresses, asked.wants));
  };
}

function answer(outcome: Acknowledged): HttpResponseInit {
  switch (outcome.kind) {
    case "acknowledged":
    case "unchanged":
      return json({
        outcome: outcome.kind,
        ...(outcome.kind === "acknowledged"
          ? {
              acknowledged: outcome.records.map(({ kind, location, current }) => ({
                kind,
                location,
                addresses: current,
              })),
            }
          : {}),
      });
    case "not watched":
      return problem(
        404,
        "nothing is known of these addresses",
        "no check has seen them yet, or they are not watched",
      );
    case "declared":
      return problem(
        409,
        "the addresses are declared",
        `what is right stands in ${outcome.file}, and is changed there`,
      );
    case "others":
      return {
        ...problem(
          409,
          "other addresses are there",
          "what is there now is not what you named; look at it, and name all of it if it is right: " +
            outcome.records
              .map(printRecord)
              .map(({ kind, location, current }) => `${kind} in ${location}: ${current.join(", ") || "none"}`)
              .join("; "),
        ),
      };
  }
}

function readBody(text: string, caller: Caller): Asked<Acknowledgement> {
  const refuse = (detail: string) => ({ refusal: problem(400, "the request cannot be understood", detail) });
  if (text.length > bodyMax) return refuse("the body is larger than 64 KiB");
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return refuse("the body must be a JSON object");
  const extra = Object.keys(body).find((key) => !known.includes(key));
  if (extra !== undefined) return refuse(`the body may hold ${known.join(", ")} and nothing else`);
  const given = body as Readonly<Record<string, unknown>>;
  const resource = addressedFrom(typeof given.resource === "string" ? given.resource : "");
  if (resource === undefined) return refuse(resourceExpected);
  const kind = kindFrom(given.kind);
  if (given.kind !== undefined && kind === undefined)
    return refuse(`kind must be one of ${addressKinds.join(", ")}`);
  if (given.location !== undefined && typeof given.location !== "string")
    return refuse("location must be text");
  const addresses = setFrom(given.addresses);
  if (addresses === undefined)
    return refuse('addresses must be a list of addresses, such as ["203.0.113.10"]');
  const [reason, by] = [
    textFrom(given.reason),
    textFrom(caller ?? given.by ?? "the holder of a function key"),
  ];
  if (reason === undefined || by === undefined)
    return refuse(
      `reason must say why, in at most ${textMax} characters; by, where it is given, who says so`,
    );
  return {
    wants: {
      resource,
      addresses,
      reason,
      by,
      ...(kind === undefined ? {} : { kind }),
      ...(typeof given.location === "string" ? { location: normaliseLocation(given.location) } : {}),
    },
  };
}

function setFrom(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > addressesMax) return undefined;
  return value.every((each) => typeof each === "string") ? addressSet(value) : undefined;
}

/** Text that a person wrote: it goes into alerts and the history, without what could pretend to be more than text. */
function textFrom(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = sanitizeText(value, Infinity).trim();
  return text === "" || text.length > textMax ? undefined : text;
}
