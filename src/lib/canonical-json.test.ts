import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../test/any-text.ts";
import { canonicalJson, legacyCanonicalJson } from "./canonical-json.ts";

/** A number by the hexadecimal digits of its IEEE 754 form. */
function double(digits: string): number {
  return Buffer.from(digits, "hex").readDoubleBE();
}

describe("canonicalJson, by the examples of RFC 8785,", () => {
  it("serialises literals, numbers and strings as ECMAScript does (3.2.2)", () => {
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("sorts keys by their UTF-16 code units (3.2.3)", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\u{1f600}": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(canonicalJson(value).match(/(?<=:")[^"]+/g)).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("serialises the number %s as %s (appendix B)", (digits, text) => {
    expect(canonicalJson(double(digits))).toBe(text);
  });
});

describe("canonicalJson", () => {
  it.each([
    ["10 before 2, and both before a letter", { a: 0, 2: 0, 10: 0 }, '{"10":0,"2":0,"a":0}'],
    ["a sign before a digit", { 1: 0, "-": 0 }, '{"-":0,"1":0}'],
    ["keys at every depth", [{ b: { 2: 0, 10: 0 }, a: 0 }], '[{"a":0,"b":{"10":0,"2":0}}]'],
    ["a key that names the prototype", JSON.parse('{"b":0,"__proto__":1}'), '{"__proto__":1,"b":0}'],
  ])("sorts %s", (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it("covers what JSON stores: no undefined members, no lone surrogates", () => {
    const value = { a: undefined, b: [undefined, Number.NaN], c: "\ud800" };
    expect(canonicalJson(value)).toBe(String.raw`{"b":[null,null],"c":"\ud800"}`);
  });

  it("is the text that the RFC's rules give, whatever the value and the order of its keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).toBe(byTheRules(value));
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("legacyCanonicalJson", () => {
  it("has array indices first, in numeric order, as the entries have that were hashed over it", () => {
    expect(legacyCanonicalJson({ a: 0, "-": 0, 10: 0, 2: 0 })).toBe('{"2":0,"10":0,"-":0,"a":0}');
  });

  it("is the canonical form where no key is an array index", () => {
    fc.assert(
      fc.property(json, (value) => {
        const named = prefixed(value);
        expect(legacyCanonicalJson(named)).toBe(canonicalJson(named));
      }),
    );
  });
});

const key = fc.oneof(anyText(4), fc.nat().map(String));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText(),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(key, tie("json"), { maxKeys: 6 }),
  ),
}));

/** The rules of RFC 8785, 3.2, one by one: its table of escapes, and keys compared as bytes of UTF-16. */
function byTheRules(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return `${value as null | boolean}`;
  if (Array.isArray(value)) return `[${value.map(byTheRules).join()}]`;
  const bytes = (text: string) => Buffer.from(text, "utf16le").swap16();
  const keys = Object.keys(value).toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
  return `{${keys.map((each) => `${quoted(each)}:${byTheRules(Reflect.get(value, each))}`).join()}}`;
}

const escapes = new Map([
  ['"', String.raw`\"`],
  ["\\", String.raw`\\`],
  ["\b", String.raw`\b`],
  ["\t", String.raw`\t`],
  ["\n", String.raw`\n`],
  ["\f", String.raw`\f`],
  ["\r", String.raw`\r`],
]);

function quoted(text: string): string {
  const characters = Array.from(text, (each) => {
    if (each >= " ") return escapes.get(each) ?? each;
    return escapes.get(each) ?? String.raw`\u` + each.charCodeAt(0).toString(16).padStart(4, "0");
  });
  return `"${characters.join("")}"`;
}

function reversed(value: unknown): unknown {
  return withKeys(value, (entries) => entries.toReversed());
}

function prefixed(value: unknown): unknown {
  return withKeys(value, (entries) => entries.map(([name, each]) => [`~${name}`, each]));
}

function withKeys(
  value: unknown,
  change: (entries: [string, unknown][]) => readonly [string, unknown][],
): unknown {
  if (Array.isArray(value)) return value.map((each) => withKeys(each, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    change(Object.entries(value).map(([name, each]) => [name, withKeys(each, change)])),
  );
}
