import type { JsonObject } from "../../../src/lib/json.ts";
import type { Reply } from "./judging.ts";
import { armError } from "./shapes.ts";

/** One change in a whole answer. */
export interface Change {
  /** The path and the change: `properties.tags: null`. */
  readonly name: string;
  readonly value: unknown;
}

const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Marks a removed property. */
const absent = Symbol("absent");

/** Every change of one property of an answer, in each way that fits it. Paths have `[n]` for members of lists. */
export function* changesOf(value: unknown, path = ""): Generator<Change> {
  for (const [what, changed] of ways(value, path)) yield { name: `${path}: ${what}`, value: changed };
  for (const [key, inside] of inner(value))
    for (const { name, value: changed } of changesOf(inside, join(path, value, key)))
      yield { name, value: put(value, key, changed) };
}

function inner(value: unknown): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((each, index) => [String(index), each] as const);
  return isJsonObject(value) ? Object.entries(value) : [];
}

function join(path: string, parent: unknown, key: string): string {
  if (Array.isArray(parent)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function put(parent: unknown, key: string, changed: unknown): unknown {
  if (Array.isArray(parent)) {
    const copy = [...(parent as unknown[])];
    copy.splice(Number(key), 1, ...(changed === absent ? [] : [changed]));
    return copy;
  }
  const { [key]: _, ...rest } = parent as JsonObject;
  return changed === absent ? rest : { ...rest, [key]: changed };
}

function ways(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  const gone: [string, unknown][] = path === "" ? [] : [["absent", absent]];
  return [...gone, ["null", null], ...others(value)];
}

function others(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value === "string")
    return [...texts(value), ["a number", 7], ["a list", [value]], ["an object", {}]];
  if (Array.isArray(value)) return [...lists(value), ["a text", "x"], ["an object", {}], ["a number", 7]];
  if (isJsonObject(value))
    return [
      ["empty", {}],
      ["a text", "x"],
      ["a list", []],
      ["a number", 7],
    ];
  return [
    ["a text", "x"],
    ["an object", {}],
  ];
}

function lists(list: readonly unknown[]): readonly (readonly [string, unknown])[] {
  const [first] = list;
  const withNull: [string, unknown] = ["with a null before", [null, ...list]];
  const filled: readonly (readonly [string, unknown])[] = [
    ["empty", []],
    ["with its first member twice", [first, ...list]],
  ];
  return [withNull, ["with a null behind", [...list, null]], ...(list.length === 0 ? [] : filled)];
}

/** Properties of the answers whose values are open sets in Azure. */
const names =
  /^(Pending|Approved|Rejected|Succeeded|PremiumV2|None|Disabled|Enabled|stv2|Gateway|Proxy|false|InvalidAuthenticationTokenTenant)$/;

function texts(text: string): readonly (readonly [string, unknown])[] {
  const empty: [string, unknown] = ["empty", ""];
  const cases: readonly (readonly [string, unknown])[] = [
    ["in capitals", text.toUpperCase()],
    ["in small letters", text.toLowerCase()],
  ];
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)) return [empty, ["in capitals", text.toUpperCase()]];
  if (text.startsWith("/subscriptions/")) return [empty, ...cases, ["with a slash behind", `${text}/`]];
  return names.test(text) ? [empty, ...cases, ["a name that nobody knows", "Odd"]] : [empty];
}

/** Errors and invalid answers, with ARM's body, a gateway's, none, or another. */
export function* refusals(): Generator<{ readonly name: string; readonly reply: Reply }> {
  const codes = [
    "AuthorizationFailed",
    "InvalidAuthenticationTokenTenant",
    "ResourceNotFound",
    "SubscriptionNotFound",
  ];
  const bodies: readonly (readonly [string, string])[] = [
    ...codes.map((code) => [code, JSON.stringify(armError(code))] as const),
    ["a gateway's page", "<html><body>no</body></html>"],
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["a text", '"x"'],
    ["an empty object", "{}"],
    ["JSON of another form", '{"code":"ResourceNotFound"}'],
    ["the beginning of something", '{"id":'],
  ];
  for (const status of [200, 202, 400, 401, 403, 404, 429, 500])
    for (const [what, text] of bodies) yield { name: `${status} with ${what}`, reply: { status, text } };
}
