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

describe("the list of untested branches", () => {
  const entries = readExplanations(markdown);

  it("has only entries that can be parsed", () => {
    expect(entries.length).toBeGreaterThan(10);
    expect(entries).toHaveLength(markdown.match(/^ *[-*|] /gm)?.length ?? 0);
  });

  it("has no duplicate entries", () => {
    const named = entries.map(({ file, text }) => `${file} ${text}`);
    expect(named.filter((each, index) => named.indexOf(each) !== index)).toEqual([]);
  });

  it("has only entries that match the source", () => {
    const stale = entries.filter(
      (entry) => !sources.some(({ file, text }) => appliesTo(entry, file) && occursIn(entry, text)),
    );
    expect(stale).toEqual([]);
  });
});

describe("an entry", () => {
  const at = { line: 1, column: 0 };
  const gap = (file: string, text: string): Gap => ({ file, text, from: at, to: at });
  const [entry] = readExplanations("## `src/lib/a.ts`\n\n- `x | y`: Because.\n");
  const [prefixEntry] = readExplanations("## `src/lib/*`\n\n- `throw new\n  Error(…`: Because.\n");
  if (entry === undefined || prefixEntry === undefined) throw new Error("a entry was not parsed");

  it("matches one branch of one file by its whole text", () => {
    expect(entry).toEqual({ file: "src/lib/a.ts", text: "x | y", why: "Because." });
    expect(isExplainedBy(gap("src/lib/a.ts", "x | y"), entry)).toBe(true);
    expect(isExplainedBy(gap("src/lib/a.ts", "x | y | z"), entry)).toBe(false);
    expect(isExplainedBy(gap("src/lib/b.ts", "x | y"), entry)).toBe(false);
  });

  it("matches all branches of a folder that have the given beginning", () => {
    expect(isExplainedBy(gap("src/lib/b/c.ts", 'throw new Error("x");'), prefixEntry)).toBe(true);
    expect(isExplainedBy(gap("src/lib/b/c.ts", "throw error;"), prefixEntry)).toBe(false);
    expect(isExplainedBy(gap("src/functions/c.ts", 'throw new Error("x");'), prefixEntry)).toBe(false);
  });

  it("is stale if the text of the source differs, but not if only its line breaks do", () => {
    expect(occursIn(prefixEntry, 'throw new Error(\n  "x",\n)')).toBe(true);
    expect(occursIn(entry, "x\n  | y")).toBe(true);
    expect(occursIn(entry, "x || y")).toBe(false);
  });

  it.each(["", "- `x`: y", "## src/a.ts\n\n- `x`: y", "## `src/a.ts`\n\n- x: y", "## `src/a.ts`\n\n- `x`"])(
    "cannot be %j",
    (text) => {
      expect(readExplanations(text).filter(({ file }) => file !== "")).toEqual([]);
    },
  );
});
