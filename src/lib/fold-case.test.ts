import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldCase } from "./fold-case.ts";

describe("foldCase", () => {
  it.each([
    ["RG-Apim", "rg-apim"],
    ["RG-ÜBUNG", "rg-übung"],
    ["ΣΊΣΥΦΟΣ", "σίσυφοσ"],
    ["rg-İ", "rg-İ"],
    ["ıı", "ıı"],
    ["\u212A", "\u212A"],
    ["\u212B", "\u212B"],
    ["straße", "straße"],
    ["STRASSE", "strasse"],
    ["𐐀", "𐐨"],
  ])("%s is %s", (text, folded) => {
    expect(foldCase(text)).toBe(folded);
  });

  it("keeps the length of a text, and changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(foldCase(text)).toHaveLength(text.length);
        expect(foldCase(foldCase(text))).toBe(foldCase(text));
      }),
    );
  });
});
