import fc from "fast-check";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../../../local/child-process.ts";
import { runs } from "../../../../test/property-runs.ts";
import { parse } from "./parse.ts";
import { problemsOf, type Problem } from "./problem.ts";
import { quickParse } from "./quick-parse.ts";

/** What the YAML library reads. The comment at the end holds a tab, which keeps the quick reader from the text. */
function parseByLibrary(text: string) {
  const problems: Problem[] = [];
  const source = parse(`${text}\n#\t`, problemsOf("policy.yaml", problems));
  return { source, problems };
}

const read = (pattern: string) =>
  globSync(join(root, pattern)).map((file) => ({ file, text: readFileSync(file, "utf8") }));
const policies = read("policies/**/*.yaml");

/** Parts of the shipped policies, and texts in which lines and brackets meet. */
const parts = [
  ...policies.flatMap(({ text }) => {
    const lines = text.split("\n");
    return lines.flatMap((_, index) => (index % 9 === 0 ? [lines.slice(index, index + 14).join("\n")] : []));
  }),
  "a:\n- b\n- c: d\n  e: f\nx: y",
  "a: { b: c, d: [e, f], \"g\":h, }\nk: 'v''s' # c",
  '{"a":1,"b":[true,null,"x\\"y\\u00e9"]}',
  "a:\n  [\n    b, # c\n    d\n  ]",
];
const insertions =
  ` |  |\n|\n  |- |-|: |:|#| #|{|}|[|]|,|"|'|\\|0|1.5|-0|1e3|0x1|null|~|<|>|&|*|!|?|%|@|---|é|a: b|- x|[a, b]`
    .split("|")
    .concat("|");

/** A part with a few characters inserted or removed. */
const edited = fc
  .tuple(
    fc.constantFrom(...parts),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...insertions), fc.nat(2)), { minLength: 1, maxLength: 3 }),
  )
  .map(([part, edits]) =>
    edits.reduce((text, [place, inserted, removed]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + inserted + text.slice(at + (inserted === " " ? removed : 0));
    }, part),
  );

describe("the quick reader", () => {
  it("reads every shipped policy as the YAML library does", () => {
    expect(policies.length).toBeGreaterThan(10);
    for (const { file, text } of policies)
      expect({ file, source: quickParse(text) }).toEqual({ file, source: parseByLibrary(text).source });
  });

  it("reads an edited policy as the YAML library does, or leaves it to the library", () => {
    let quick = 0;
    fc.assert(
      fc.property(edited, (text) => {
        const source = quickParse(text);
        if (source === undefined) return;
        quick++;
        expect({ source, problems: [] }).toEqual(parseByLibrary(text));
      }),
      runs,
    );
    expect(quick).toBeGreaterThan(runs.numRuns / 20);
  });

  it.each([
    ["a number that YAML reads in another way", "a: 1e3"],
    ["a leading zero", "a: 012"],
    ["a key without a value", "a:"],
    ["a text over two lines", "a: b\n  c"],
    ["a block text", "a: |\n  b"],
    ["an alias", "a: &x b\nc: *x"],
    ["a tag", "a: !!str 1"],
    ["a repeated key", "a: 1\na: 2"],
    ["a second document", "a: 1\n---\nb: 2"],
    ["a tab", "a:\tb"],
    ["a closing bracket in the column of its key", "a: [\n  b\n]"],
    ["deep nesting", "[".repeat(40) + "]".repeat(40)],
  ])("leaves %s to the library", (_, text) => {
    expect(quickParse(text)).toBeUndefined();
  });
});
