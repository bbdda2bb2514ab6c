import type { JsonObject } from "../../lib/json.ts";
import { toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { answers } from "./answers.ts";
import { operations, type Operation, type Responses } from "./operations.ts";
import type { RequestSchema } from "./read-request.ts";

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** What a client sends and receives: `input` is a schema before its values are parsed. */
const convert = (schemas: Readonly<Record<string, v.GenericSchema>>) =>
  toJsonSchemaDefs(schemas, {
    typeMode: "input",
    target: "draft-2020-12",
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  });

/** Of every operation that needs a key. */
const refused: Responses = {
  401: ["Missing or wrong key (Azure's host answers without a body), or a missing or unreadable token"],
  403: ["Refused token, or a header that only App Service may set"],
};

/** The HTTP API as OpenAPI 3.1. */
export function openapiDocument(): JsonObject {
  const all = Object.values(operations).flatMap((methods) => Object.values(methods));
  const bodies = all.flatMap(({ body }) => (body === undefined ? [] : [[body.name, body.schema] as const]));
  return {
    openapi: "3.1.0",
    info: {
      title: "Drawbridge",
      version: "1",
      description:
        "Approval governance for private endpoint connections to Azure API Management, and the addresses of its services. " +
        "Answers of GET that need a key have an ETag: a request that sends it in If-None-Match gets 304 where nothing changed.",
    },
    servers: [{ url: "/api" }],
    security: [{ key: [] }],
    paths: {
      ...mapValues(operations, (methods, path) => mapValues(methods, (each) => printOperation(each, path))),
      "/openapi.json": { get: thisDocument },
    },
    components: {
      schemas: convert({ ...answers, ...Object.fromEntries(bodies) }),
      securitySchemes: { key: { type: "apiKey", in: "header", name: "x-functions-key" } },
    },
  };
}

const thisDocument: JsonObject = {
  operationId: "openapi",
  summary: "This document",
  responses: {
    200: { description: "OpenAPI 3.1", content: { "application/json": { schema: { type: "object" } } } },
  },
  security: [],
};

function printOperation(
  { id, summary, query, body, responses, anonymous }: Operation,
  path: string,
): JsonObject {
  return {
    operationId: id,
    summary,
    parameters: [...pathParameters(path), ...(query === undefined ? [] : queryParameters(query))],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: ref(body.name) } } } }),
    responses: mapValues(anonymous === true ? responses : { ...refused, ...responses }, printResponse),
    ...(anonymous === true ? { security: [] } : {}),
  };
}

function printResponse([description, schema = "Problem"]: Responses[number]): JsonObject {
  const type = schema === "Problem" ? "application/problem+json" : "application/json";
  return { description, content: { [type]: { schema: ref(schema) } } };
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ entries }: RequestSchema): JsonObject[] {
  const schemas = convert(entries);
  return Object.entries(schemas).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: entries[name]?.type !== "exact_optional",
    description,
    schema,
  }));
}

function mapValues<T, R>(
  values: Readonly<Record<string, T>>,
  map: (value: T, key: string) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
