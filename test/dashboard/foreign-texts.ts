import { openapiDocument } from "../../src/functions/http/openapi-document.ts";

/** A schema of the API's document, as far as it is looked at here. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

const { paths, components } = openapiDocument() as unknown as {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/**
 * Properties whose strings are the app's own although their schema does not say so: ids and hashes, which it made or
 * parsed, and words of its own. Every other string that is neither a time nor one of a closed list may be somebody
 * else's, and so is a new property until it is named here.
 */
const own = new Set(
  [
    "id connection service services resource subject endpointId subscription requester eventsMissingFrom",
    "decisionId objectId actorObjectId hash previous policyHash fingerprint decider continuation",
    "kind phase mode cause action sink sinks effect operator result severity expressionUnknown targetUnknown",
  ].flatMap((names) => names.split(" ")),
);

/**
 * An answer with other texts in the place of those that somebody else may have chosen: `textAt` gives them by their
 * place.
 */
export function withForeignTexts(answer: unknown, url: string, textAt: (place: string) => string): unknown {
  const { pathname, search } = new URL(url);
  return replaced(answer, schemaOf(pathname.replace(/^\/api/, "")), `${pathname}${search}`, textAt);
}

/** The schema of the answer to a GET. */
function schemaOf(path: string): Schema {
  const found =
    paths[path] ??
    Object.entries(paths).find(([template]) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
    )?.[1];
  const schema = found?.get?.responses["200"]?.content["application/json"]?.schema;
  if (schema === undefined) throw new Error(`no operation answers ${path}`);
  return schema;
}

function replaced(value: unknown, given: Schema, place: string, textAt: (place: string) => string): unknown {
  const schema = resolve(given, value);
  if (typeof value === "string") return isOwn(schema, place) ? value : textAt(place);
  if (Array.isArray(value))
    return value.map((each, index) => replaced(each, schema.items ?? {}, `${place}/${index}`, textAt));
  if (typeof value !== "object" || value === null) return value;
  const { properties = {}, additionalProperties } = schema;
  const others = typeof additionalProperties === "object" ? additionalProperties : {};
  const found = Object.entries(value).map(([key, each]) => {
    // What a policy calls a fact is its own word, but not what the fact is.
    const inside = place.endsWith("/facts/known") ? `${place}/[${key}]` : `${place}/${key}`;
    return [key, replaced(each, properties[key] ?? others, inside, textAt)] as const;
  });
  return Object.fromEntries([...found, ...lacking(value, schema, place, textAt)]);
}

/** Texts for the optional properties that this answer happens not to have. */
function lacking(
  value: object,
  { properties = {} }: Schema,
  place: string,
  textAt: (place: string) => string,
) {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const isText = resolve(schema, "").type === "string" && !isOwn(resolve(schema, ""), `${place}/${key}`);
    return key in value || !isText ? [] : [[key, textAt(`${place}/${key}`)] as const];
  });
}

/** The schema that a value has: of several, the one of its type. */
function resolve({ $ref, ...schema }: Schema, value: unknown): Schema {
  if ($ref !== undefined) return resolve(components.schemas[$ref.split("/").at(-1) ?? ""] ?? {}, value);
  if (schema.anyOf === undefined) return schema;
  const wanted = Array.isArray(value) ? "array" : typeof value;
  const candidates = schema.anyOf.map((each) => resolve(each, value));
  return candidates.find(({ type }) => type === wanted) ?? candidates[0] ?? {};
}

function isOwn(schema: Schema, place: string): boolean {
  if (schema.enum !== undefined || "const" in schema || schema.format === "date-time") return true;
  // Why a fact is unknown is one of a closed list.
  if (/\/unknown\/\d+\/reason$|\/facts\/unknown\/[^/]+$/.test(place)) return true;
  const property = place.split("/").findLast((key) => !/^\d+$/.test(key));
  return property !== undefined && own.has(property);
}
