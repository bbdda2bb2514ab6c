import { describe, expect, it } from "vitest";
import { foldText, foldValue } from "./fold-text.ts";

describe("folding", () => {
  it("makes texts equal that differ by case alone", () => {
    expect([foldText("STRASSE"), foldText("straße"), foldText("ab-1")]).toEqual([
      "strasse",
      "strasse",
      "ab-1",
    ]);
  });

  it("folds the texts of a list, and nothing else", () => {
    expect(foldValue(["A", 1, null, ["B"], "c"])).toEqual(["a", 1, null, ["B"], "c"]);
    expect(foldValue({ A: "B" })).toEqual({ A: "B" });
    expect(foldValue("A")).toBe("a");
  });

  it("copies no list that has nothing to fold", () => {
    const list = ["a", 1, ["B"]];
    expect(foldValue(list)).toBe(list);
  });
});
