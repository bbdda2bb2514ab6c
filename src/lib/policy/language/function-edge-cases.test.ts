import { describe, expect, it } from "vitest";
import type { FactValue } from "../values/fact.ts";
import { FunctionFailed, weightMax } from "./function-argument.ts";
import {
  contains,
  first,
  indexOf,
  intersection,
  last,
  lengthOf,
  order,
  same,
  union,
} from "./list-functions.ts";
import { memberOf } from "./member.ts";
import { int, isFloatText } from "./number-functions.ts";
import { fromJson, tryGet } from "./object-functions.ts";
import { join, replace, split, substring } from "./text-functions.ts";
import { addDays } from "./time-functions.ts";

/** What functions do with arguments at the edge of what they take. */
describe("functions of lists, texts and objects", () => {
  it("count characters, members and properties", () => {
    expect([lengthOf("ab"), lengthOf([1, 2, 3]), lengthOf({ a: 1 })]).toEqual([2, 3, 1]);
  });

  it("find nothing first or last in nothing", () => {
    expect([first(""), last(""), first([]), last([])]).toEqual(["", "", null, null]);
  });

  it.each<[string | readonly FactValue[] | { a: number }, FactValue]>([
    ["null", null],
    ["a", ["a"]],
    [{ a: 1 }, 1],
    [{ a: 1 }, null],
  ])("cannot search %j for %j", (container, item) => {
    expect(() => contains(container, item)).toThrow(FunctionFailed);
  });

  it("search text for a number as text, but give its place only for text", () => {
    expect(contains("a1", 1)).toBe(true);
    expect(() => indexOf("a1", 1)).toThrow(FunctionFailed);
  });

  it("compare values whatever the order of their keys", () => {
    const [left, right] = [
      { a: 1, b: { x: 1, y: 2 }, c: 3 },
      { c: 3, a: 1, b: { y: 2, x: 1 } },
    ];
    expect(same(left, right)).toBe(true);
    expect(same(right, left)).toBe(true);
    expect(same(left, { ...right, a: 2 })).toBe(false);
    // The first of equal ones stays, with its keys in its order.
    expect(JSON.stringify(union([left], [right]))).toBe(JSON.stringify([left]));
  });

  it("compare an instant with other text by their characters", () => {
    expect(Math.sign(order("2026-01-01", "a"))).toBe(-1);
    expect(Math.sign(order("a", "2026-01-01"))).toBe(1);
  });

  it("intersect no list with an object", () => {
    expect(() => intersection([1], { a: 1 })).toThrow(FunctionFailed);
    expect(() => intersection({ a: 1 }, [1])).toThrow(FunctionFailed);
  });
});

describe("a member", () => {
  it.each<[FactValue, FactValue, string]>([
    [null, "a", "null is neither a list nor an object"],
    ["abc", "length", '"abc" is neither a list nor an object'],
    [{ a: 1 }, 1, "1 is not a property name"],
    [{ a: 1 }, "b", 'there is no property "b"'],
    [["a"], 1, "the index is out of range, because the list has 1 members"],
    [["a"], "0", '"0" is not an index'],
  ])("of %j under %j is none: %s", (value, key, message) => {
    expect(() => memberOf(value, key)).toThrow(new FunctionFailed(message));
  });

  it("that may be missing is null under whatever there is none for", () => {
    expect([tryGet(null, 0), tryGet(null, "a"), tryGet(["a"], 1), tryGet({ a: 1 }, "b")]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(() => tryGet({ 1: "a" }, 1)).toThrow(FunctionFailed);
  });
});

describe("functions of text", () => {
  it("split at a whole delimiter, not at each of its characters", () => {
    expect(split("a-b--c", "--")).toEqual(["a-b", "c"]);
    expect(split("a-b,c", ["-", ","])).toEqual(["a", "b", "c"]);
  });

  it("take nothing at the end, and fail behind it", () => {
    expect([substring("abc", 3), substring("abc", 1, 2), substring("abc", 0)]).toEqual(["", "bc", "abc"]);
    expect(() => substring("abc", 4)).toThrow(FunctionFailed);
    expect(() => substring("abc", 1, 3)).toThrow(FunctionFailed);
  });

  it("replace up to the largest size", () => {
    // The texts before and behind 16 dashes are 17, so that 16 + 17 * 61,680 is what a value may have.
    const dashes = "-".repeat(16);
    expect(16 + 17 * 61_680).toBe(weightMax);
    expect(replace(dashes, "-", "a".repeat(61_680))).toHaveLength(16 * 61_680);
    expect(() => replace(dashes, "-", "a".repeat(61_681))).toThrow(FunctionFailed);
  });

  it("join up to the largest size", () => {
    const half = "a".repeat(weightMax / 2 - 1);
    expect(join([half, half], ",")).toHaveLength(weightMax - 1);
    expect(() => join([half, `${half}a`], ",")).toThrow(FunctionFailed);
  });
});

describe("functions of numbers and dates", () => {
  it("cut off what is behind the point", () => {
    expect([int(1.9), int(-1.9), int("-12")]).toEqual([1, -1, -12]);
  });

  it.each([
    ["1.5", true],
    [".5e2", true],
    ["1e308", true],
    ["1e309", false],
    ["Infinity", false],
    ["0x10", false],
    ["", false],
  ])("%j is the text of a number: %s", (text, is) => {
    expect(isFloatText(text)).toBe(is);
  });

  it("stay in the years 1 to 9999", () => {
    expect(addDays("0001-01-02", -1)).toBe("0001-01-01");
    expect(addDays("9999-12-30", 1)).toBe("9999-12-31");
    expect(() => addDays("0001-01-01", -1)).toThrow(FunctionFailed);
    expect(() => addDays("9999-12-31", 1)).toThrow(FunctionFailed);
  });

  it("parse JSON, or nothing", () => {
    expect([fromJson("[1]"), fromJson("{")]).toEqual([[1], undefined]);
  });
});
