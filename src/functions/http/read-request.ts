import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import * as v from "valibot";
import { parseJson } from "../../lib/json.ts";
import { sanitizeText } from "../../lib/sanitize-text.ts";
import { problem, type InvalidValue } from "./respond.ts";
import { suggestion } from "./values.ts";
import { truncateList } from "../../lib/truncate-list.ts";

/** What was read from a request, or the answer that refuses it. */
export type Parsed<T> = { readonly value: T } | { readonly refusal: HttpResponseInit };

/** The definition of a query or a body: its keys are the only ones that a request may use. */
export type RequestSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** Parameters of the Functions host, which takes a key from the query too. */
const hostParameters = ["code", "clientId"];

const bodyMax = 64 * 1024;
/** Maximum number of problems in one answer, whatever a hostile request holds. */
const errorsMax = 20;

export const noParameters = v.strictObject({});

/** Reads the query; refuses unknown, repeated and invalid parameters, all at once. */
export function readQuery<S extends RequestSchema>(
  schema: S,
  request: Pick<HttpRequest, "query" | "url">,
): Parsed<v.InferOutput<S>> {
  const { value, errors } = checkQuery(schema, request);
  return errors.length === 0 ? { value } : { refusal: invalidRequest(errors) };
}

/** Reads the JSON body; refuses unknown keys, invalid values and any query parameter, all at once. */
export async function readBody<S extends RequestSchema>(
  schema: S,
  request: Pick<HttpRequest, "query" | "text" | "url">,
): Promise<Parsed<v.InferOutput<S>>> {
  const { errors: inQuery } = checkQuery(noParameters, request);
  const body = jsonObject(await request.text());
  if (typeof body === "string")
    return { refusal: invalidRequest([...inQuery, { detail: body, pointer: "#" }]) };
  const { value, problems } = check(schema, body);
  const inBody = problems.map(({ detail, path }) => ({
    detail,
    pointer: `#${path.map((key) => `/${encodeURIComponent(escapePointer(key))}`).join("")}`,
  }));
  const errors = [...inQuery, ...inBody];
  return errors.length === 0 ? { value } : { refusal: invalidRequest(errors) };
}

function checkQuery<S extends RequestSchema>(schema: S, { query, url }: Pick<HttpRequest, "query" | "url">) {
  const given = Object.fromEntries([...query].filter(([name]) => !hostParameters.includes(name)));
  const { value, problems } = check(schema, given);
  const errors = problems.map(({ detail, path }): InvalidValue => ({ detail, parameter: path[0] ?? "" }));
  for (const name of repeatedIn(url)) errors.push({ detail: `${name} must be given once`, parameter: name });
  return { value, errors };
}

/**
 * Parameters that a query repeats. `request.query` cannot tell: the Functions host joins their values there, and the
 * local host keeps the last one.
 */
function repeatedIn(url: string): readonly string[] {
  const names = [...new URL(url).searchParams.keys()];
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(shortened);
}

/** A JSON object, or a sentence that says why the text is none. */
function jsonObject(text: string): object | string {
  if (Buffer.byteLength(text) > bodyMax) return "the body is larger than 64 KiB";
  const body = parseJson(text);
  return typeof body === "object" && body !== null && !Array.isArray(body)
    ? body
    : "the body must be a JSON object";
}

interface Problem {
  readonly detail: string;
  readonly path: readonly string[];
}

/** Checks an object that a caller sent. Only own keys count, so that `constructor` and `__proto__` are unknown ones. */
function check<S extends RequestSchema>(
  schema: S,
  given: object,
): { readonly value: v.InferOutput<S>; readonly problems: readonly Problem[] } {
  const allowed = Object.keys(schema.entries);
  const unknown = Object.keys(given).filter((key) => !allowed.includes(key));
  const known = Object.fromEntries(Object.entries(given).filter(([key]) => allowed.includes(key)));
  const { output, issues = [] } = v.safeParse(schema, known);
  return {
    value: output as v.InferOutput<S>,
    problems: [
      ...unknown.map((key) => ({ detail: unknownKey(key, allowed), path: [shortened(key)] })),
      ...issues.map((issue) => problemOf(issue, schema)),
    ],
  };
}

function unknownKey(key: string, allowed: readonly string[]): string {
  const names = allowed.length === 0 ? "none is allowed here" : `allowed are ${allowed.join(", ")}`;
  return `"${shortened(key)}" is unknown; ${names}${suggestion(key, allowed)}`;
}

function problemOf(issue: v.BaseIssue<unknown>, { entries }: RequestSchema): Problem {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  const name = path.map((key, index) => (index === 0 ? key : `[${key}]`)).join("");
  const entry = entries[name];
  // The schema of the object reports a missing key; the schema of the value knows what it must be.
  if (issue.type === "strict_object" && entry !== undefined)
    return { detail: `${name} is required, and ${expectationOf(entry)}`, path };
  return { detail: `${name} ${issue.message}`, path };
}

function expectationOf(entry: v.ObjectEntries[string]): string {
  return v.safeParse(entry, undefined).issues?.[0].message ?? "must be given";
}

function invalidRequest(errors: readonly InvalidValue[]): HttpResponseInit {
  const shown = errors.slice(0, errorsMax);
  const details = errors.map((each) => each.detail);
  const detail = truncateList(details, errorsMax).join("; ");
  return problem(400, "the request is invalid", { detail, errors: shown });
}

/** A name that a caller chose, as an answer may repeat it. */
function shortened(name: string): string {
  return sanitizeText(name, 60);
}

/** RFC 6901. */
function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
