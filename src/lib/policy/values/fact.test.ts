import { describe, expect, it } from "vitest";
import { absent, known } from "./fact.ts";

describe("a fact that was read", () => {
  it("is absent without a value", () => {
    expect([known(undefined), known(null)]).toEqual([absent, absent]);
  });

  it.each(["", 0, false, [], {}])("has the value %j", (value) => {
    expect(known(value)).toEqual({ kind: "known", value });
  });
});
