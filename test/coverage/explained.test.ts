import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { appliesTo, isExplainedBy, occursIn, readExplanations } from "./explanations.ts";
import type { Gap } from "./gap.ts";

const markdown = readFileSync(join(root, "test/coverage/explained.md"), "utf8");
const sources = globSync("src/**/*.ts", { cwd: root })
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

describe("the table of untested branches", () => {
  const rows = readExplanations(markdown);

  it("has only rows that can be parsed", () => {
    const written = markdown.split("\n").filter((line) => line.startsWith("| src/"));
    expect(rows).toHaveLength(written.length);
    expect(rows.length).toBeGreaterThan(10);
    expect(markdown.split("\n").filter((line) => line.startsWith("|"))).toHaveLength(
      // Each table has a header and a separator line.
      written.length + 2 * (markdown.match(/^\| File/gm) ?? []).length,
    );
  });

  it("has no duplicate rows", () => {
    const named = rows.map(({ file, text }) => `${file} ${text}`);
    expect(named.filter((each, index) => named.indexOf(each) !== index)).toEqual([]);
  });

  it("has only rows that match the source", () => {
    const stale = rows.filter(
      (row) => !sources.some(({ file, text }) => appliesTo(row, file) && occursIn(row, text)),
    );
    expect(stale).toEqual([]);
  });
});

describe("a row", () => {
  const at = { line: 1, column: 0 };
  const gap = (file: string, text: string): Gap => ({ file, text, from: at, to: at });
  const [row] = readExplanations("| src/lib/a.ts | `x \\| y` | Because. |");
  const [prefixRow] = readExplanations("| src/lib/* | `throw new Error(…` | Because. |");
  if (row === undefined || prefixRow === undefined) throw new Error("a row was not parsed");

  it("matches one branch of one file by its whole text", () => {
    expect(row).toEqual({ file: "src/lib/a.ts", text: "x | y", why: "Because." });
    expect(isExplainedBy(gap("src/lib/a.ts", "x | y"), row)).toBe(true);
    expect(isExplainedBy(gap("src/lib/a.ts", "x | y | z"), row)).toBe(false);
    expect(isExplainedBy(gap("src/lib/b.ts", "x | y"), row)).toBe(false);
  });

  it("matches all branches of a folder that have the given beginning", () => {
    expect(isExplainedBy(gap("src/lib/b/c.ts", 'throw new Error("x");'), prefixRow)).toBe(true);
    expect(isExplainedBy(gap("src/lib/b/c.ts", "throw error;"), prefixRow)).toBe(false);
    expect(isExplainedBy(gap("src/functions/c.ts", 'throw new Error("x");'), prefixRow)).toBe(false);
  });

  it("is stale if the text of the source differs, but not if only its line breaks do", () => {
    expect(occursIn(prefixRow, 'throw new Error(\n  "x",\n)')).toBe(true);
    expect(occursIn(row, "x\n  | y")).toBe(true);
    expect(occursIn(row, "x || y")).toBe(false);
  });

  it.each(["", "| File | Text | Why |", "| --- | --- | --- |", "| src/a.ts | x | y |", "| src/a.ts | `x` |"])(
    "cannot be %j",
    (line) => {
      expect(readExplanations(line)).toEqual([]);
    },
  );
});
