import { describe, expect, it } from "vitest";
import type { FactValue } from "./fact.ts";
import { like, match } from "./pattern.ts";

describe("like", () => {
  it.each<[FactValue, FactValue]>([
    ["a", "a"],
    ["*", ""],
    ["*", "anything"],
    ["a*", "a"],
    ["*a", "ba"],
    ["a*c", "abc"],
    ["a*c", "ac"],
    ["a*b*c", "a-b-c"],
    ["*b*", "b"],
    ["a**c", "ac"],
    ["*ab*ab*", "abab"],
    ["8*", 80],
  ])("%j takes %j", (pattern, value) => {
    expect(like(pattern)(value)).toBe(true);
  });

  it.each<[FactValue, FactValue]>([
    ["a", "ab"],
    ["a", "ba"],
    ["a*", "ba"],
    ["*a", "ab"],
    ["a*a", "a"],
    ["ab*ba", "aba"],
    ["a*b*c", "a-c-b"],
    ["*ab*ab*", "aba-b"],
    ["*ab*ab*", "ab"],
    ["a*b*b", "a-b"],
    ["*", null],
    ["*", ["a"]],
  ])("%j does not take %j", (pattern, value) => {
    expect(like(pattern)(value)).toBe(false);
  });

  it("searches each part behind the one before", () => {
    // Searched again from the start, one "x" would do for both.
    expect(like("*x*x*")("x")).toBe(false);
    expect(like("*x*x*")("xx")).toBe(true);
  });
});

describe("match", () => {
  it.each<[string, FactValue]>([
    ["vm-##", "vm-01"],
    ["?.#", "a!9"],
    ["??", "äß"],
    ["#", 7],
    ["", ""],
    ["..", "😀a"],
  ])("%j takes %j", (pattern, value) => {
    expect(match(pattern, false)(value)).toBe(true);
  });

  it.each<[string, FactValue]>([
    ["#", "a"],
    ["?", "9"],
    ["?", "-"],
    ["a", "A"],
    [".", ""],
    ["..", "a"],
    ["", null],
    [".", ["a"]],
  ])("%j does not take %j", (pattern, value) => {
    expect(match(pattern, false)(value)).toBe(false);
  });

  it("may leave the case of letters aside", () => {
    expect(match("VM-#", true)("vm-1")).toBe(true);
    expect(match("VM-#", false)("vm-1")).toBe(false);
  });
});
