import { describe, expect, it } from "vitest";
import { connectionCatalogue } from "../language/fields.ts";
import { load } from "../load.ts";

const warningsOf = (rules: string) => {
  const text = `name: p
parameters:
  ids: { type: Array, defaultValue: [a] }
  Spare: { type: String, defaultValue: x }
rules:
${rules}`;
  const loaded = load([{ file: "p.yaml", text }], connectionCatalogue, { enforcing: false });
  return (loaded.kind === "valid" ? loaded.warnings : loaded.problems)
    .filter(({ message }) => message.startsWith("parameter "))
    .map(({ line, severity, message }) => [line, severity, message.split(",")[0]]);
};
const rule = (condition: string, more = "") =>
  `  - { name: r, if: ${condition}, then: { effect: hold${more} } }\n`;

describe("a parameter", () => {
  it("that no expression names is a warning where it is declared", () => {
    expect(warningsOf(rule(`{ field: endpoint.subscriptionId, in: "[parameters('ids')]" }`))).toEqual([
      [4, "warning", 'parameter "Spare" is not used in this file'],
    ]);
    expect(warningsOf(rule("{ field: endpoint.name, equals: parameters('spare') }"))).toHaveLength(2);
  });

  it("is not reported beside a use that is misspelt, which is an error", () => {
    expect(warningsOf(rule(`{ field: endpoint.name, equals: "[parameters('spar')]" }`))).toEqual([]);
  });

  it.each([
    [
      "in another case",
      `{ field: endpoint.tags.a, in: "[createArray(PARAMETERS( 'SPARE' ), first(parameters('ids')))]" }`,
    ],
    [
      "in a branch that the parameters exclude",
      `{ value: "[if(equals(first(parameters('ids')), 'b'), parameters('spare'), 'y')]", equals: y }`,
    ],
    ["by a name that is computed", `{ field: endpoint.name, equals: "[parameters(concat('sp', 'are'))]" }`],
  ])("that is named %s is used", (_, condition) => {
    expect(warningsOf(rule(condition))).toEqual([]);
  });
});
