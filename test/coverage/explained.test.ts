import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { isAbout, isExplainedBy, isTrueOf, readExplanations } from "./explanations.ts";
import type { Gap } from "./gap.ts";

const markdown = readFileSync(join(root, "test/coverage/explained.md"), "utf8");
const sources = globSync("src/**/*.ts", { cwd: root })
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

describe("the table of what no test runs", () => {
  const rows = readExplanations(markdown);

  it("is read whole: no row is lost for its form", () => {
    const written = markdown.split("\n").filter((line) => line.startsWith("| src/"));
    expect(rows).toHaveLength(written.length);
    expect(rows.length).toBeGreaterThan(10);
    expect(markdown.split("\n").filter((line) => line.startsWith("|"))).toHaveLength(
      // Each table has a head and a line below it.
      written.length + 2 * (markdown.match(/^\| File/gm) ?? []).length,
    );
  });

  it("says nothing twice", () => {
    const named = rows.map(({ file, text }) => `${file} ${text}`);
    expect(named.filter((each, index) => named.indexOf(each) !== index)).toEqual([]);
  });

  it("is true of the source as it is", () => {
    const stale = rows.filter(
      (row) => !sources.some(({ file, text }) => isAbout(row, file) && isTrueOf(row, text)),
    );
    expect(stale).toEqual([]);
  });
});

describe("a row", () => {
  const at = { line: 1, column: 0 };
  const gap = (file: string, text: string): Gap => ({ file, text, from: at, to: at });
  const [row] = readExplanations("| src/lib/a.ts | `x \\| y` | Because. |");
  const [begun] = readExplanations("| src/lib/* | `throw new Error(…` | Because. |");
  if (row === undefined || begun === undefined) throw new Error("a row was not read");

  it("is about one branch of one file, by its whole text", () => {
    expect(row).toEqual({ file: "src/lib/a.ts", text: "x | y", why: "Because." });
    expect(isExplainedBy(gap("src/lib/a.ts", "x | y"), row)).toBe(true);
    expect(isExplainedBy(gap("src/lib/a.ts", "x | y | z"), row)).toBe(false);
    expect(isExplainedBy(gap("src/lib/b.ts", "x | y"), row)).toBe(false);
  });

  it("or about all that begin so in a folder", () => {
    expect(isExplainedBy(gap("src/lib/b/c.ts", 'throw new Error("x");'), begun)).toBe(true);
    expect(isExplainedBy(gap("src/lib/b/c.ts", "throw error;"), begun)).toBe(false);
    expect(isExplainedBy(gap("src/functions/c.ts", 'throw new Error("x");'), begun)).toBe(false);
  });

  it("is stale where the source says something else, and not where it only breaks its lines elsewhere", () => {
    expect(isTrueOf(begun, 'throw new Error(\n  "x",\n)')).toBe(true);
    expect(isTrueOf(row, "x\n  | y")).toBe(true);
    expect(isTrueOf(row, "x || y")).toBe(false);
  });

  it.each(["", "| File | Text | Why |", "| --- | --- | --- |", "| src/a.ts | x | y |", "| src/a.ts | `x` |"])(
    "is not %j",
    (line) => {
      expect(readExplanations(line)).toEqual([]);
    },
  );
});
