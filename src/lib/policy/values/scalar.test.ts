import { describe, expect, it } from "vitest";
import type { FactValue } from "./fact.ts";
import { comparable, isPlainText, listOf, membership, numberOf, sameScalar, scalarText } from "./scalar.ts";

const texts = ["", "a", "true", "false", "80", "80.0", "-1", "1e3", "0x50", " 80", "0"];
const values: readonly FactValue[] = [...texts, 0, 80, -1, 1000, true, false, null];
const lists: readonly FactValue[] = [[], ["a"], {}, { a: 1 }];

describe("two scalars are the same", () => {
  it.each<[FactValue, FactValue]>([
    ["a", "a"],
    ["80", 80],
    [80, "80.0"],
    ["-1", -1],
    ["true", true],
    [false, "false"],
    [null, ""],
    ["", null],
    [0, "0"],
  ])("%j and %j", (left, right) => {
    expect(sameScalar(comparable(left), comparable(right))).toBe(true);
    expect(sameScalar(comparable(right), comparable(left))).toBe(true);
  });

  it.each<[FactValue, FactValue]>([
    ["a", "b"],
    ["80", "80.0"],
    ["1e3", 1000],
    ["0x50", 80],
    [" 80", 80],
    ["", 0],
    ["", false],
    ["0", false],
    [1, true],
    [0, false],
    ["1", true],
    ["true", false],
    [null, 0],
    [null, false],
  ])("but not %j and %j", (left, right) => {
    expect(sameScalar(comparable(left), comparable(right))).toBe(false);
    expect(sameScalar(comparable(right), comparable(left))).toBe(false);
  });

  it.each(lists)("but never %j and anything, itself included", (list) => {
    for (const value of [...values, list]) {
      expect(sameScalar(comparable(list), comparable(value))).toBe(false);
      expect(sameScalar(comparable(value), comparable(list))).toBe(false);
    }
  });
});

describe("membership", () => {
  const all = [...values, ...lists];

  it.each(all)("of %j is equality with an element", (element) => {
    for (const others of [[], ["other"], [5, "5"]]) {
      const list = [...others, element] as readonly FactValue[];
      const has = membership(list);
      for (const value of all) {
        const expected = list.some((each) => sameScalar(comparable(value), comparable(each)));
        expect([value, has(comparable(value))]).toEqual([value, expected]);
      }
    }
  });

  it("of nothing is false, of a value that is no scalar too", () => {
    const has = membership([]);
    for (const value of all) expect(has(comparable(value))).toBe(false);
  });
});

describe("plain text", () => {
  it.each(["a", "True", "80a", "1e3", "0x50", " 80", "-"])("is %j, which equals only itself", (text) => {
    expect(isPlainText(text)).toBe(true);
  });

  it.each(["", "true", "false", "80", "-1", "80.0", 80, true, null, ["a"], { a: 1 }])(
    "is not %j",
    (value) => {
      expect(isPlainText(value)).toBe(false);
    },
  );
});

it.each<[FactValue, number | undefined]>([
  [80, 80],
  ["80", 80],
  ["-1.5", -1.5],
  ["1.", undefined],
  ["", undefined],
  ["a", undefined],
  [true, undefined],
  [null, undefined],
  [["80"], undefined],
])("%j is the number %j", (value, number) => {
  expect(numberOf(value)).toBe(number);
});

it.each<[FactValue, string | undefined]>([
  ["a", "a"],
  ["", ""],
  [80, "80"],
  [false, "false"],
  [null, undefined],
  [[], undefined],
  [{}, undefined],
])("%j is the text %j", (value, text) => {
  expect(scalarText(value)).toBe(text);
});

it("a value that is no list has no elements", () => {
  expect(listOf(["a", 1])).toEqual(["a", 1]);
  for (const value of ["a", null, { length: 1 }, 1]) expect(listOf(value)).toEqual([]);
});
