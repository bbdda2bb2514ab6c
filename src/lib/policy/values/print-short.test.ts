import { expect, it } from "vitest";
import type { FactValue } from "./fact.ts";
import { escapeControlCharacters, printShort, truncate } from "./print-short.ts";

it.each<[FactValue, string]>([
  ["a", '"a"'],
  [80, "80"],
  [true, "true"],
  [null, "null"],
  [["a", 1], '["a",1]'],
  [[1, 2, 3], "[1,2,3]"],
  [[1, 2, 3, 4], "[1,2,3,…]"],
  [{ a: 1, b: ["c"] }, '{"a":1,"b":["c"]}'],
  [{ a: 1, b: 2, c: 3 }, '{"a":1,"b":2,"c":3}'],
  [{ a: 1, b: 2, c: 3, d: 4 }, '{"a":1,"b":2,"c":3,…}'],
  ["a\u202Eb\n", String.raw`"a\u202eb\n"`],
])("%j is printed as %s", (value, printed) => {
  expect(printShort(value)).toBe(printed);
});

it.each([
  ["a".repeat(10), `"${"a".repeat(10)}"`],
  ["a".repeat(11), `"${"a".repeat(10)}…"`],
])("%s is printed with at most ten characters: %s", (text, printed) => {
  expect(printShort(text, 10)).toBe(printed);
});

it("a value that is printed at length is cut, quotes and an ellipsis not counted", () => {
  expect(printShort(["abcd", "abcd"], 10)).toBe('["abcd","a…');
  // Thirteen characters.
  expect(printShort(["abcd", 12345], 10)).toBe('["abcd",12…');
  expect(printShort(["abcd", 1234], 10)).toBe('["abcd",1234]');
});

it.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "abc…"],
  ["ab😀", 3, "ab…"],
  ["ab😀", 4, "ab😀"],
])("%s is cut to %d: %s", (text, max, cut) => {
  expect(truncate(text, max)).toBe(cut);
});

it.each([
  ["\u0007", String.raw`\u0007`],
  ["\u200D", String.raw`\u200d`],
  ["\u2028", String.raw`\u2028`],
  ["\uD800", String.raw`\ud800`],
  ["ä 😀", "ä 😀"],
])("%j is escaped as %s", (text, escaped) => {
  expect(escapeControlCharacters(text)).toBe(escaped);
});
