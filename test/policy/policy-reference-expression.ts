import type { FactValue } from "../../src/lib/policy/values/fact.ts";
import { parameters } from "./policy-member-arbitraries.ts";
import { foldName, keyOf, textOf } from "./policy-reference-operators.ts";
import { read, unknown, type Read, type World } from "./policy-reference-facts.ts";

/**
 * Expressions a second time, as far as the properties generate them: what stands last in the text is taken off until a
 * function is left. What Azure's evaluation fails at is unknown.
 */
export function valueOf(text: string, world: World): Read {
  const [, before = "", name] = /^(.+)\.(\w+)$/.exec(text) ?? [];
  if (name !== undefined && !text.endsWith(")")) return byName(before, name, world);
  if (!text.endsWith("]")) return resultOf(text, world);
  const open = openingOf(text);
  const [whole, key] = [text.slice(0, open), text.slice(open + 1, -1)];
  if (key.startsWith("'")) return byName(whole, key.slice(1, -1), world);
  return memberOf(valueOf(whole, world), /^-?\d+$/.test(key) ? Number(key) : valueOf(key, world));
}

/** Where the bracket opens that the end of a text closes; no name that is generated has one. */
function openingOf(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    depth += text[at] === "]" ? 1 : text[at] === "[" ? -1 : 0;
    if (depth === 0) return at;
  }
  throw new Error(`"${text}" opens no bracket`);
}

/** A tag that is named as a member of its field is the tag; all else has to be there. */
function byName(whole: string, name: string, world: World): Read {
  const value = valueOf(whole, world);
  if (value === unknown) return unknown;
  return /^field\('[a-z]+\.tags'\)$/i.test(whole) ? keyOf(value, name) : memberOf(value, name);
}

function memberOf(value: Read, key: Read): Read {
  if (value === unknown || key === unknown) return unknown;
  if (Array.isArray(value)) {
    const list = value as readonly FactValue[];
    return typeof key === "number" && key in list ? (list[key] ?? null) : unknown;
  }
  if (value === null || typeof value !== "object" || typeof key !== "string") return unknown;
  return Object.keys(value).some((each) => foldName(each) === foldName(key)) ? keyOf(value, key) : unknown;
}

function resultOf(text: string, world: World): Read {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (/^-?\d+$/.test(text)) return Number(text);
  const [, name = "", inside = ""] = /^(\w+)\((.*)\)$/s.exec(text) ?? [];
  const parts = argumentsIn(inside);
  const [first = ""] = parts;
  switch (name) {
    case "field":
      return fieldNamed(first.slice(1, -1), world);
    case "parameters":
      return parameters[first.slice(1, -1)] ?? null;
    case "current":
      return world.member?.value ?? null;
    case "if": {
      const condition = valueOf(first, world);
      if (typeof condition !== "boolean") return unknown;
      return valueOf(parts[condition ? 1 : 2] ?? "", world);
    }
    default:
      return callOf(name, parts, world);
  }
}

function fieldNamed(name: string, world: World): Read {
  if (!name.endsWith("[*]")) return read(name, world.facts);
  if (world.member?.list === name) return [world.member.value];
  const list = read(name.slice(0, -3), world.facts);
  return list === unknown || Array.isArray(list) ? list : [];
}

/** What an absent field is to a function: a null that stands for none is nothing of the kind. */
function givenTo(text: string, world: World): Read {
  const value = valueOf(text, world);
  const ofField =
    /^(field|if|current)\(.*\)$/s.test(text) || /^field\('[^']*'\)(\.\w+|\['[^']*'\])$/.test(text);
  return value === null && ofField ? "" : value;
}

/** Between commas that stand in no parentheses, brackets or quotes. */
function argumentsIn(text: string): string[] {
  const parts: string[] = [];
  let [depth, from, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "'") quoted = !quoted;
    if (!quoted) depth += "([".includes(character) ? 1 : ")]".includes(character) ? -1 : 0;
    if (quoted || depth > 0 || character !== ",") continue;
    parts.push(text.slice(from, at).trim());
    from = at + 1;
  }
  return text === "" ? [] : [...parts, text.slice(from).trim()];
}

function callOf(name: string, parts: readonly string[], world: World): Read {
  const values = parts.map((part) => givenTo(part, world));
  if (values.includes(unknown)) return unknown;
  const [a = null, b = null] = values as FactValue[];
  const text = typeof a === "string";
  const list = Array.isArray(a) ? (a as readonly FactValue[]) : undefined;
  switch (name) {
    case "split":
      return text ? a.split(textOf(b)) : unknown;
    case "concat":
      return values.some((each) => typeof each === "object") ? unknown : values.map(String).join("");
    case "string":
      return text ? a : a === null ? "" : JSON.stringify(a);
    case "equals":
      return JSON.stringify(a) === JSON.stringify(b);
    case "not":
      return typeof a === "boolean" ? !a : unknown;
    case "length":
      if (text || list !== undefined) return (a as string).length;
      return typeof a === "object" && a !== null ? Object.keys(a).length : unknown;
    case "empty": {
      if (a === null) return true;
      const length = typeof a === "object" ? Object.keys(a).length : text ? a.length : undefined;
      return length === undefined ? unknown : length === 0;
    }
    case "contains":
      if (text) return a.includes(textOf(b));
      if (list !== undefined) return list.includes(b);
      return typeof a === "object" && a !== null ? keysOf(a).includes(foldName(textOf(b))) : unknown;
    case "toLower":
      return text ? a.toLowerCase() : unknown;
    case "coalesce":
      return values.find((each) => each !== null) ?? null;
    case "first":
      return text ? a.slice(0, 1) : list === undefined ? unknown : (list[0] ?? null);
    case "createArray":
      return values as FactValue[];
    case "union":
      return list !== undefined && Array.isArray(b)
        ? [...new Set([...list, ...(b as FactValue[])])]
        : unknown;
    case "tryGet":
      if (typeof a !== "object") return unknown;
      return list === undefined ? keyOf(a, textOf(b)) : (list[Number(b)] ?? null);
    case "ipRangeContains": {
      const [outer, inner] = [bounds(textOf(a)), bounds(textOf(b))];
      if (outer === undefined || inner === undefined) return unknown;
      return outer[0] <= inner[0] && inner[1] <= outer[1];
    }
    case "greaterOrEquals":
      return typeof a === "number" && typeof b === "number" ? a >= b : unknown;
    case "int":
      if (text) return /^-?\d{1,15}$/.test(a) ? Number(a) : unknown;
      return typeof a === "number" ? Math.trunc(a) : unknown;
    case "add":
      return Number.isInteger(a) && Number.isInteger(b) ? Number(a) + Number(b) : unknown;
    default:
      throw new Error(`the reference does not know "${name}(${parts.join(", ")})"`);
  }
}

function keysOf(value: object): string[] {
  return Object.keys(value).map(foldName);
}

/** The first and the last address, for IPv4 alone: what the properties generate. */
function bounds(cidr: string): [number, number] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(cidr);
  if (match === null) return undefined;
  const [a, b, c, d, bits = 32] = match
    .slice(1)
    .map((each) => (each === undefined ? undefined : Number(each))) as number[];
  const size = 2 ** (32 - bits);
  const start = Math.floor((((a ?? 0) * 256 + (b ?? 0)) * 65_536 + (c ?? 0) * 256 + (d ?? 0)) / size) * size;
  return [start, start + size - 1];
}
