import { describe, expect, it } from "vitest";
import type { FactValue } from "./fact.ts";
import { ordering } from "./order.ts";
import { FALSE, TRUE, truthOf, UNKNOWN } from "./truth.ts";

/** What each of the four operators says of two values. */
const said = (left: FactValue, right: FactValue) =>
  [
    (order: number) => order < 0,
    (order: number) => order <= 0,
    (order: number) => order > 0,
    (order: number) => order >= 0,
  ].map((holds) => ordering(holds)(right)(left));
/** What they say of values that are in this order. */
const ofOrder = (order: number) => [order < 0, order <= 0, order > 0, order >= 0].map(truthOf);

describe("values in ascending order", () => {
  it.each<[string, readonly FactValue[]]>([
    ["numbers, and texts of numbers, by their size", [-3, "-2", -1.5, "0", 1, "9", 10, "80.5"]],
    [
      "instants by their time, in any zone",
      [
        "2026-01-31",
        "2026-02-01T12:00:00+14:00",
        "2026-02-01",
        "2026-02-01T01:00:00Z",
        "2026-02-01T00:30:00-02:00",
      ],
    ],
    ["other texts by their folded characters", ["", "10.0.0.1", "A", "b", "C", "straße", "STRASSF"]],
    ["an instant and a text by their characters", ["2026-02-01", "2026-02-30", "2026-1", "a"]],
  ])("%s", (_, ascending) => {
    for (const [place, left] of ascending.entries())
      for (const [other, right] of ascending.entries())
        expect([left, right, said(left, right)]).toEqual([left, right, ofOrder(place - other)]);
  });

  it.each<[FactValue, FactValue]>([
    ["2026-02-01", "2026-02-01T00:00:00Z"],
    ["2026-02-01T01:00:00+01:00", "2026-02-01"],
    ["straße", "STRASSE"],
    ["80", "80.0"],
    [80, "80"],
  ])("%j and %j are equal", (left, right) => {
    expect([said(left, right), said(right, left)]).toEqual([ofOrder(0), ofOrder(0)]);
  });
});

describe("values without an order", () => {
  const always = (operand: FactValue) => ordering(() => true)(operand);

  it("a missing value is in none", () => {
    for (const operand of [80, "a", "2026-02-01"]) expect(always(operand)(null)).toBe(FALSE);
  });

  it.each<[FactValue, FactValue]>([
    ["a", 80],
    [80, "a"],
    [true, 80],
    [true, "a"],
    [["a"], "a"],
    [[80], 80],
    [{}, "a"],
  ])("%j is not known to be before or after %j", (value, operand) => {
    expect(always(operand)(value)).toBe(UNKNOWN);
  });

  it("a number and the text of a number have one", () => {
    expect(always("80")(80)).toBe(TRUE);
  });
});
