import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import fc from "fast-check";
import { acceptsGzip, isCurrent } from "../../src/functions/conditional-get.ts";
import {
  noParameters,
  readBody,
  readQuery,
  type Parsed,
  type RequestSchema,
} from "../../src/functions/http/read-request.ts";
import {
  acknowledgementBody,
  addressesQuery,
  addressHistoryQuery,
  alertsQuery,
  connectionsQuery,
  decisionBody,
  decisionsQuery,
  heldQuery,
  reevaluationBody,
} from "../../src/functions/http/requests.ts";
import { httpRequest } from "../http-request.ts";
import { mutatedEvents } from "../mutated-events.ts";
import { active, spoilt, target, texts, type Target } from "./target.ts";
import { textsIn } from "../texts-in.ts";

const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const connection = `${service}/privateEndpointConnections/pe.1`;

/** A valid body of each operation that has one. */
const bodies = [
  [reevaluationBody, { scope: service, dryRun: true, states: ["Pending", "Approved"] }],
  [decisionBody, { connection, verdict: "approve", reason: "CHG-1", until: "2026-12-01T00:00:00Z" }],
  [acknowledgementBody, { resource: service, addresses: ["203.0.113.10"], reason: "planned", by: "ana" }],
] as const satisfies readonly (readonly [RequestSchema, object])[];
const queries = [
  connectionsQuery,
  heldQuery,
  decisionsQuery,
  addressesQuery,
  addressHistoryQuery,
  alertsQuery,
  noParameters,
] as const satisfies readonly RequestSchema[];

const refusalMax = 12_000;

/**
 * Accepted with keys of the schema alone, or refused with a status of the caller's and problem details that are JSON,
 * of bounded length and without characters that steer or hide.
 */
function isSound(schema: RequestSchema, read: Parsed<unknown>): boolean {
  if ("polluted" in {}) return false;
  if ("value" in read) {
    const value = read.value as object;
    return Object.keys(value).every((key) => Object.hasOwn(schema.entries, key));
  }
  const { status, headers, body } = read.refusal as HttpResponseInit & { readonly body: string };
  const sent = JSON.parse(body) as { readonly errors?: readonly unknown[] };
  return (
    status === 400 &&
    new Headers(headers).get("content-type") === "application/problem+json" &&
    body.length <= refusalMax &&
    (sent.errors ?? []).length <= 20 &&
    textsIn(sent).every((text) => !active.test(text))
  );
}

const changed = ([schema, body]: (typeof bodies)[number]) =>
  fc
    .oneof(
      mutatedEvents([body], ["__proto__", "constructor", ...service.split("/"), connection]),
      fc.dictionary(texts, texts, { maxKeys: 40 }),
    )
    .map((value): readonly [RequestSchema, string] => [
      schema,
      (JSON.stringify(value) ?? "").replaceAll('"verdict"', '"__proto__":{"polluted":1},"verdict"'),
    ]);
const asText = ([schema, body]: (typeof bodies)[number]) =>
  fc
    .oneof(spoilt(JSON.stringify(body)), texts)
    .map((text): readonly [RequestSchema, string] => [schema, text]);

const parameterNames = [...new Set(queries.flatMap((schema) => Object.keys(schema.entries)))];
const parameters = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...parameterNames), texts), texts), {
  maxLength: 6,
});

/** Headers as the host passes them: `get` is all that the app uses of them. */
const sent = (value: string) =>
  ({ headers: { get: () => value } }) as unknown as Pick<HttpRequest, "headers">;

export const httpTargets: Readonly<Record<string, Target>> = {
  /** A body is read, or refused with its problems. */
  bodies: target(
    fc.oneof(...bodies.flatMap((each) => [changed(each), asText(each)])),
    async ([schema, text]) => isSound(schema, await readBody(schema, httpRequest("x", text))),
  ),
  /** So is a query, whichever parameters it has, and how often. */
  queries: target(fc.tuple(fc.constantFrom(...queries), parameters), ([schema, given]) => {
    const query = new URLSearchParams(given.map(([name, value]) => [name, value]));
    return isSound(schema, readQuery(schema, httpRequest(`x?${query.toString()}`)));
  }),
  /** A tag that is not the answer's is no sign that the caller has the answer, however it is written. */
  tags: target(fc.oneof(spoilt('W/"0123456789abcdef"'), texts), (header) => {
    const tag = 'W/"0123456789abcdef"';
    const isNamed = header.includes('"0123456789abcdef"');
    acceptsGzip(sent(header));
    return isNamed || !isCurrent(sent(header), tag);
  }),
};
