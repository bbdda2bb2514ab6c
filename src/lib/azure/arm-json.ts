import type { JsonObject } from "../json.ts";
import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../estate/read.ts";

/**
 * Decoders of Azure's JSON. Each property is named once, with its type. The result is its value, or why it is unknown:
 * `not-in-answer` if it is missing or null, `malformed` if it has another type, `incomplete-list` for a list with a
 * member that cannot be read. A missing property never counts as "none".
 */
export type Decode<T> = (value: unknown) => Read<T>;

const unsaid = unknownRead("not-in-answer");
const malformed = unknownRead("malformed");
const incomplete = unknownRead("incomplete-list");

/** Whether Azure's answer lacks what was decoded, for properties that Azure may leave out. */
export function isNotInAnswer(read: Read<unknown>): boolean {
  return read.kind === "unknown" && read.reason === "not-in-answer";
}

/** Decodes a value that is present. `pick` returns undefined for another type. */
function present<T>(pick: (value: unknown) => T | undefined): Decode<T> {
  return (value) => {
    if (value === undefined || value === null) return unsaid;
    const picked = pick(value);
    return picked === undefined ? malformed : knownRead(picked);
  };
}

/** A string, which may be empty. */
export const asString = present((value) => (typeof value === "string" ? value : undefined));

/** A non-empty string: names, locations, ids. Azure writes "" for a missing one. */
export const asName: Decode<string> = (value) =>
  thenRead(asString(value), (text) => (text === "" ? unsaid : knownRead(text)));

/** A member of an open set: in canonical spelling if it is known in any case, and unchanged if it is new. */
export function asEnum(...spellings: readonly string[]): Decode<string> {
  const byFolded = new Map(spellings.map((each) => [each.toLowerCase(), each]));
  return (value) => thenRead(asName(value), (text) => knownRead(byFolded.get(text.toLowerCase()) ?? text));
}

/** An id, decoded by its strict parser. */
export function asId<T>(parse: (text: string) => T | undefined): Decode<T> {
  return (value) =>
    thenRead(asName(value), (text) => {
      const id = parse(text);
      return id === undefined ? malformed : knownRead(id);
    });
}

/** An instant in ISO 8601, UTC, normalised to milliseconds. */
export const asInstant: Decode<string> = (value) =>
  thenRead(asName(value), (text) => {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? malformed : knownRead(date.toISOString());
  });

export const asNumber = present((value) => (typeof value === "number" ? value : undefined));

/** A list with any members, for callers that count the unreadable ones. */
export const asArray = present((value) => (Array.isArray(value) ? (value as readonly unknown[]) : undefined));

/** A list whose members can all be read. */
export function asList<T>(member: Decode<T>): Decode<readonly T[]> {
  return (value) =>
    thenRead(asArray(value), (members) => {
      const read = members.map(member);
      return read.every((each) => each.kind === "known")
        ? knownRead(read.map((each) => each.value))
        : incomplete;
    });
}

/** Names as a set, without duplicates. */
export const asStrings: Decode<readonly string[]> = (value) =>
  mapRead(asList(asName)(value), (members) => [...new Set(members)]);

/** A list that always has a member on Azure, so that an empty one is unknown. */
export function asFilled<T>(list: Decode<readonly T[]>): Decode<readonly T[]> {
  return (value) => thenRead(list(value), (members) => (members.length === 0 ? unsaid : knownRead(members)));
}

const asJson = present((value) =>
  typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : undefined,
);

/** Strings by name. A value of another type makes the whole object unknown. */
export const asTags: Decode<Readonly<Record<string, string>>> = (value) =>
  thenRead(asJson(value), (tags) =>
    Object.values(tags).every((each) => typeof each === "string")
      ? knownRead(tags as Readonly<Record<string, string>>)
      : malformed,
  );

/** The value at a path such as `properties.subnet.id`. */
export function at<T>(path: string, decode: Decode<T>): Decode<T> {
  const keys = path.split(".");
  return (value) => {
    let inside: Read<unknown> = knownRead(value);
    for (const key of keys)
      inside = thenRead(inside, (each) =>
        thenRead(asJson(each), (json) => (Object.hasOwn(json, key) ? knownRead(json[key]) : unsaid)),
      );
    return thenRead(inside, decode);
  };
}

type Shape = Readonly<Record<string, Decode<unknown>>>;
type Decoded<S extends Shape> = { readonly [K in keyof S]: ReturnType<S[K]> };

/** Decodes each property by its own decoder. The result is unknown as a whole only if the value is not an object. */
export function asObject<S extends Shape>(shape: S): Decode<Decoded<S>> {
  const properties = Object.entries(shape);
  return (value) =>
    thenRead(asJson(value), (json) =>
      knownRead(Object.fromEntries(properties.map(([name, decode]) => [name, decode(json)])) as Decoded<S>),
    );
}

/** A row in the shape of the resource's own answer: columns named after members of `properties` are moved there. */
export function asResource(row: unknown): unknown {
  const json = asJson(row);
  return json.kind === "known" ? { ...json.value, properties: json.value } : row;
}
