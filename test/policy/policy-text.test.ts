import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionCatalogue } from "../../src/lib/policy/language/fields.ts";
import { load } from "../../src/lib/policy/load.ts";
import { formatProblem } from "../../src/lib/policy/source/problem.ts";
import { policyArbitrary } from "./policy-arbitraries.ts";
import { anyText } from "../any-text.ts";
import { policyRuns } from "../property-runs.ts";

/** What loading a text says that has no place in it; a text that does not load and says nothing counts too. */
function misplaced(text: string): string[] {
  const loaded = load([{ file: "p.yaml", text }], connectionCatalogue);
  if (loaded.kind === "valid") return [];
  const errors = loaded.problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return ["it does not load, and nothing says why"];
  const lines = text.split(/\r\n|\n|\r/);
  return errors
    .filter(
      ({ line, column, message }) => line < 1 || line > lines.length + 1 || column < 1 || message === "",
    )
    .map(formatProblem);
}

describe("any text", () => {
  it("gives a policy or located errors, and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.string({ unit: "grapheme", maxLength: 300 })), (value) => {
        expect(misplaced(value)).toEqual([]);
      }),
      policyRuns,
    );
  });

  it("does so where it is nearly a policy: any JSON in its place", () => {
    const nearly = fc.record({
      name: fc.anything(),
      rules: fc.array(
        fc.record({
          name: fc.string(),
          if: fc.jsonValue(),
          then: fc.jsonValue(),
          window: fc.jsonValue(),
          expiresOn: fc.jsonValue(),
        }),
      ),
      parameters: fc.jsonValue(),
      limits: fc.jsonValue(),
      exemptions: fc.jsonValue(),
    });
    fc.assert(
      fc.property(nearly, (value) => {
        expect(misplaced(JSON.stringify(value) ?? "")).toEqual([]);
      }),
      policyRuns,
    );
  });

  it("does so where a policy was damaged", () => {
    const damaged = fc
      .tuple(policyArbitrary, fc.nat(), fc.nat({ max: 6 }), fc.string({ maxLength: 4 }))
      .map(([policy, at, cut, put]) => {
        const text = JSON.stringify(policy, null, 1);
        const place = at % text.length;
        return `${text.slice(0, place)}${put}${text.slice(place + cut)}`;
      });
    fc.assert(
      fc.property(damaged, (value) => {
        expect(misplaced(value)).toEqual([]);
      }),
      policyRuns,
    );
  });

  it("does so where expressions are any text", () => {
    const words = fc.constantFrom(
      ...`concat field parameters current if and ( ) , 'a' ' 1 - service.name [ ] split int utcNow()`.split(
        " ",
      ),
      " ",
    );
    const expression = fc.array(words, { maxLength: 20 }).map((parts) => `[${parts.join("")}]`);
    fc.assert(
      fc.property(expression, (text) => {
        const rules = [{ name: "r", if: { value: text, equals: 1 }, then: { effect: "hold" } }];
        expect(misplaced(JSON.stringify({ name: "p", rules }))).toEqual([]);
      }),
      policyRuns,
    );
  });
});
