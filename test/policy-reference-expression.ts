import type { FactValue } from "../src/lib/policy/fact.ts";
import { parameters } from "./policy-member-arbitraries.ts";
import { foldCase, keyOf } from "./policy-reference-operators.ts";
import { read, unknown, type Read, type World } from "./policy-reference-facts.ts";

/**
 * Expressions a second time, as far as the properties generate them: what stands last in the text is taken off until a
 * function is left. What Azure's evaluation fails at is unknown.
 */
export function valueOf(text: string, world: World): Read {
  const [, before = "", name] = /^(.+)\.(\w+)$/.exec(text) ?? [];
  if (name !== undefined) return byName(before, name, world);
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
  return Object.keys(value).some((each) => foldCase(each) === foldCase(key)) ? keyOf(value, key) : unknown;
}

function resultOf(text: string, world: World): Read {
  const [, name, inside = ""] = /^(\w+)\((.*)\)$/s.exec(text) ?? [];
  const [, first = inside, second = ""] = /^(.*), '([^']*)'$/.exec(inside) ?? [];
  switch (name ?? "") {
    case "field":
      return read(inside.slice(1, -1), world.facts);
    case "parameters":
      return parameters[inside.slice(1, -1)] ?? null;
    case "current":
      return world.member?.value ?? null;
    case "split": {
      const whole = valueOf(first, world);
      return typeof whole === "string" ? whole.split(second) : unknown;
    }
    case "concat": {
      const whole = valueOf(first, world);
      return whole === unknown || typeof whole === "object" ? unknown : `${String(whole)}${second}`;
    }
    default:
      throw new Error(`the reference does not know "${text}"`);
  }
}
