import type { HttpResponseInit } from "@azure/functions";
import { addressKinds } from "../lib/addresses/model/tier.ts";
import { json } from "./http.ts";
import { ref, schemas } from "./openapi-schemas.ts";

type Json = Readonly<Record<string, unknown>>;

const paged = ["top", "continuation"];

const parameters: Readonly<Record<string, Json>> = {
  top: query("top", "how many at most, 1 to 1,000; fewer may come although there are more", {
    type: "integer",
    minimum: 1,
    maximum: 1_000,
  }),
  continuation: query("continuation", "the continuation of the page before, unchanged"),
  service: query("service", "ARM id of a service"),
  connection: query("connection", "ARM id of a connection"),
  phase: query("phase", "such as Held"),
  resource: query("resource", "ARM id of a service or of a public IP resource"),
  kind: query(
    "kind",
    "of entries: decision, outcome, adoption or archival; of alerts: such as ConnectionHeld",
  ),
  addressKind: query("kind", "of addresses", { enum: addressKinds }),
  location: query("location", "such as westeurope"),
  drifted: query("drifted", "what drifted, or what did not", { type: "boolean" }),
  verdict: query("verdict", "of decisions", { enum: ["approve", "reject", "hold"] }),
  from: query("from", "at this instant or later", { type: "string", format: "date-time" }),
  to: query("to", "before this instant", { type: "string", format: "date-time" }),
  id: { name: "id", in: "path", required: true, schema: { type: "string" } },
};

function query(name: string, description: string, schema: Json = { type: "string" }): Json {
  return { name, in: "query", description, schema };
}

const answer = (description: string, schema: string): Json => ({
  description,
  content: { "application/json": { schema: ref(schema) } },
});
const refusal = (description: string): Json => ({
  description,
  content: { "application/problem+json": { schema: ref("Problem") } },
});

interface Operation {
  readonly summary: string;
  readonly with?: readonly string[];
  readonly body?: string;
  readonly answers: Readonly<Record<number, Json>>;
  readonly open?: true;
}

/** Of whatever needs a key: the host answers without a body, Drawbridge itself with the reason. */
const refused = {
  401: { description: "the key is missing or wrong; with Entra ID, the token is missing or unreadable" },
  403: refusal("the token was refused, or the request has a header that only App Service may set"),
};

function operation({ summary, with: named = [], body, answers, open }: Operation): Json {
  return {
    summary,
    parameters: named.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: ref(body) } } } }),
    responses: open === true ? answers : { ...refused, ...answers },
    ...(open === true ? { security: [] } : {}),
  };
}

const get = (
  summary: string,
  schema: string,
  names: readonly string[],
  more: Partial<Operation> = {},
): Json => ({
  get: operation({
    summary,
    with: names,
    answers: { 200: answer("a page of results", schema), 400: refusal("the request is invalid") },
    ...more,
  }),
});

/** The HTTP API as OpenAPI 3.1; the scenarios hold the real answers against it. */
const openapiDocument: Json = {
  openapi: "3.1.0",
  info: {
    title: "Drawbridge",
    version: "1",
    description:
      "Approval governance for private access to Azure API Management, and the addresses of its services.",
  },
  servers: [{ url: "/api" }],
  security: [{ key: [] }],
  paths: {
    "/health": get("whether the app can do its work, and if not, why", "Health", [], {
      open: true,
      answers: {
        200: answer("the app is healthy", "Health"),
        503: answer("the app is not healthy", "Health"),
      },
    }),
    "/health/details": get("what this process runs on and did last", "HealthDetails", [], {
      answers: {
        200: answer("the app is healthy", "HealthDetails"),
        503: answer("the app is not healthy", "HealthDetails"),
      },
    }),
    "/connections": get("where each connection stands", "Connections", ["service", "phase", ...paged]),
    "/decisions": get("what was decided, on which facts, and what became of it", "Entries", [
      "service",
      "connection",
      "kind",
      "verdict",
      "from",
      "to",
      ...paged,
    ]),
    "/decisions/{id}": get("one entry", "Entry", ["id"], {
      answers: { 200: answer("the entry", "Entry"), 404: refusal("there is no entry with this id") },
    }),
    "/addresses": get("what is there, what is held to be right, and what drifted", "Addresses", [
      "resource",
      "addressKind",
      "location",
      "drifted",
      ...paged,
    ]),
    "/addresses/history": get("what changed of one resource, the oldest first", "AddressHistory", [
      "resource",
      ...paged,
    ]),
    "/addresses/acknowledge": {
      post: operation({
        summary: "say that the addresses that are there now are right",
        body: "Acknowledgement",
        answers: {
          200: answer("the acknowledged addresses", "Acknowledged"),
          400: refusal("the request is invalid"),
          403: refusal("the resource is outside the governed scope"),
          404: refusal("the resource has no recorded addresses"),
          409: refusal("the current addresses differ from those named, or a file declares them"),
        },
      }),
    },
    "/alerts": get("what people were to be told", "Alerts", ["resource", "kind", "from", ...paged]),
    "/reevaluate": {
      post: operation({
        summary: "review a connection, a service or a larger scope now, or say what a review would do",
        body: "Reevaluation",
        answers: {
          200: answer("the results, for a scope of one service or less", "Reevaluated"),
          202: answer("the address of the status, also in Location, for a larger scope", "ReevaluationBegun"),
          400: refusal("the request is invalid"),
          403: refusal("the scope is not governed"),
          404: refusal("there is no such service"),
          502: refusal("Azure could not be read"),
        },
      }),
    },
    "/reevaluations/{id}": get("how far a reevaluation has come", "ReevaluationStatus", ["id"], {
      answers: {
        200: answer("the status", "ReevaluationStatus"),
        404: refusal("there is no re-evaluation with this id"),
      },
    }),
    "/openapi.json": {
      get: operation({
        summary: "this document",
        open: true,
        answers: {
          200: {
            description: "OpenAPI 3.1",
            content: { "application/json": { schema: { type: "object" } } },
          },
        },
      }),
    },
  },
  components: {
    parameters,
    schemas,
    securitySchemes: { key: { type: "apiKey", in: "header", name: "x-functions-key" } },
  },
};

/** `GET /api/openapi.json`, anonymous: it holds no data. */
export function openapi(): HttpResponseInit {
  return json(openapiDocument);
}
