import { describe, expect, it } from "vitest";
import { problemsOf, ruleOf } from "../../../../test/policy/policy-makers.ts";

describe("a count", () => {
  const comparedWith = (text: string) =>
    problemsOf(
      ruleOf(`{ count: { field: "endpoint.privateAddresses[*]" }, equals: ${text} }`, "reject"),
    ).filter((each) => each.includes("a count must be compared with a number"));

  it.each(["many", '""', '"0x10"', '"1e1"', "true", "null"])(
    "is not compared with %s, which no count equals",
    (text) => {
      expect(comparedWith(text)).toHaveLength(1);
    },
  );

  it.each(["0", "2", '"2"', '"2.0"'])("is compared with %s", (text) => {
    expect(comparedWith(text)).toEqual([]);
  });
});
