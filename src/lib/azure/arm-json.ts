import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../estate/read.ts";

/**
 * Decoders of Azure's JSON as it came. Each property is named once, with what it has to be; what comes out is its value,
 * or why there is none: `not-in-answer` where the answer lacks it or has null there, `malformed` where it is of another
 * type, `incomplete-list` for a list with a member that cannot be read. What an answer did not say is never "none".
 */
export type Decode<T> = (value: unknown) => Read<T>;

const unsaid = unknownRead("not-in-answer");
const malformed = unknownRead("malformed");
const incomplete = unknownRead("incomplete-list");

/** A value that is there; undefined from `pick` means that it is of another type. */
function present<T>(pick: (value: unknown) => T | undefined): Decode<T> {
  return (value) => {
    if (value === undefined || value === null) return unsaid;
    const picked = pick(value);
    return picked === undefined ? malformed : knownRead(picked);
  };
}

/** A text, the empty one included. */
export const asString = present((value) => (typeof value === "string" ? value : undefined));

/** A text that is never empty where it says something: names, locations, ids. Azure writes "" where there is nothing. */
export const asName: Decode<string> = (value) =>
  thenRead(asString(value), (text) => (text === "" ? unsaid : knownRead(text)));

/** A name of an open set: in Azure's own spelling where it is one of these in any case, and as it came where it is new. */
export function asEnum(...spellings: readonly string[]): Decode<string> {
  const byFolded = new Map(spellings.map((each) => [each.toLowerCase(), each]));
  return (value) => thenRead(asName(value), (text) => knownRead(byFolded.get(text.toLowerCase()) ?? text));
}

/** An id, by the parser that takes no other. */
export function asId<T>(parse: (text: string) => T | undefined): Decode<T> {
  return (value) =>
    thenRead(asName(value), (text) => {
      const id = parse(text);
      return id === undefined ? malformed : knownRead(id);
    });
}

/** ISO 8601, UTC, in milliseconds, however many digits came. */
export const asInstant: Decode<string> = (value) =>
  thenRead(asName(value), (text) => {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? malformed : knownRead(date.toISOString());
  });

export const asNumber = present((value) => (typeof value === "number" ? value : undefined));

/** A list whatever is in it, for those who count what they cannot read. */
export const asArray = present((value) => (Array.isArray(value) ? (value as readonly unknown[]) : undefined));

/** A list whose every member can be read. */
export function asList<T>(member: Decode<T>): Decode<readonly T[]> {
  return (value) =>
    thenRead(asArray(value), (members) => {
      const read = members.map(member);
      return read.every((each) => each.kind === "known")
        ? knownRead(read.map((each) => each.value))
        : incomplete;
    });
}

/** Names in a list that is a set: one that stands there twice is one. */
export const asStrings: Decode<readonly string[]> = (value) =>
  mapRead(asList(asName)(value), (members) => [...new Set(members)]);

/** A list that Azure has nowhere without a member: an empty one says nothing. */
export function asFilled<T>(list: Decode<readonly T[]>): Decode<readonly T[]> {
  return (value) => thenRead(list(value), (members) => (members.length === 0 ? unsaid : knownRead(members)));
}

type Json = Readonly<Record<string, unknown>>;

const asJson = present((value) =>
  typeof value === "object" && !Array.isArray(value) ? (value as Json) : undefined,
);

/** Names and texts; one that is no text makes all of them unknown. */
export const asTags: Decode<Readonly<Record<string, string>>> = (value) =>
  thenRead(asJson(value), (tags) =>
    Object.values(tags).every((each) => typeof each === "string")
      ? knownRead(tags as Readonly<Record<string, string>>)
      : malformed,
  );

/** What stands at a path such as `properties.subnet.id`. */
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

/** Each property by its own decoder; unknown as a whole only where there is no object at all. */
export function asObject<S extends Shape>(shape: S): Decode<Decoded<S>> {
  const properties = Object.entries(shape);
  return (value) =>
    thenRead(asJson(value), (json) =>
      knownRead(Object.fromEntries(properties.map(([name, decode]) => [name, decode(json)])) as Decoded<S>),
    );
}

/** A row whose columns are named as the `properties` that they are of, in the shape of the resource's own answer. */
export function asResource(row: unknown): unknown {
  const json = asJson(row);
  return json.kind === "known" ? { ...json.value, properties: json.value } : row;
}
