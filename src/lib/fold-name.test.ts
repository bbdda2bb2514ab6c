import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../test/any-text.ts";
import { foldName } from "./fold-name.ts";

describe("foldName", () => {
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
    expect(foldName(text)).toBe(folded);
  });

  it("keeps the length of a text, and changes nothing the second time", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(foldName(text)).toHaveLength(text.length);
        expect(foldName(foldName(text))).toBe(foldName(text));
      }),
    );
  });
});
