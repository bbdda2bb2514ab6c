import { describe, expect, it } from "vitest";
import { hasEach, parsePath, printSteps, sameStep, type Step } from "./path.ts";

const key = (name: string): Step => ({ kind: "key", key: name });
const each: Step = { kind: "each" };
const derived = (name: string): Step => ({ kind: "derived", name, derive: (value) => value });

describe("a path", () => {
  it.each<[string, readonly Step[]]>([
    ["a", [key("a")]],
    ["a.b", [key("a"), key("b")]],
    ["a['b c']", [key("a"), key("b c")]],
    ["a['it''s']", [key("a"), key("it's")]],
    ["a['']", [key("a"), key("")]],
    ["a[cost center]", [key("a"), key("cost center")]],
    ["a[*].b", [key("a"), each, key("b")]],
    ["$a-1", [key("$a-1")]],
  ])("%s has steps", (text, steps) => {
    expect(parsePath(text)).toEqual(steps);
  });

  it.each([
    "",
    ".a",
    "a.",
    "a..b",
    "a.['b']",
    "['a']",
    "[*]",
    "[a]",
    "a[0]",
    "a[",
    "a['b",
    "a[]",
    "1a",
    "a b",
    "a[*]b",
  ])("%j is none", (text) => {
    expect(parsePath(text)).toBeUndefined();
  });
});

it("tells whether it goes into each element of a list", () => {
  expect(hasEach([key("a"), each])).toBe(true);
  expect(hasEach([key("a"), derived("length")])).toBe(false);
});

it("prints steps as they are written after a name", () => {
  expect(printSteps([key("it's"), each, derived("length")])).toBe("['it''s'][*][length]");
});

describe("two steps", () => {
  const steps = [key("a"), key("b"), each, derived("a"), derived("b")];

  it("are the same if they are equal", () => {
    for (const [place, left] of steps.entries())
      for (const [other, right] of steps.entries()) expect(sameStep(left, right)).toBe(place === other);
    for (const step of steps) expect(sameStep(step, undefined)).toBe(false);
  });

  it("are the same if their keys differ by case alone", () => {
    expect(sameStep(key("Team"), key("tEAM"))).toBe(true);
  });
});
