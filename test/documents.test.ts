import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { brokenLinks } from "./policy/docs/links.ts";

/** Every document of this repository names only files and headings that exist, and fits on a screen. */
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
}).split("\n");
/** Tables of code, which tests of their own read. */
const tablesOfCode = ["test/coverage/explained.md", "test/mutation/equivalent.md"];
const documents = tracked.filter((file) => file.endsWith(".md") && !tablesOfCode.includes(file));
const names = new Set(tracked.map((file) => basename(file)));

/**
 * The files that a document names in `code`, by their path from the root or by their name alone, and that do not exist.
 */
function missingFiles(text: string): string[] {
  const named = [
    ...text.matchAll(/`([\w./-]+\.(?:ts|cjs|yaml|json|md)|(?:src|test|simulator|host)\/[\w./-]*)`/g),
  ];
  return named
    .map(([, name = ""]) => name)
    .filter((name) => !existsSync(join(root, name)) && !names.has(basename(name)) && !written.includes(name));
}

/** Files that a reader of a document writes, and that a release has. */
const written = ["local.settings.json", "azuredeploy.json"];

const widest = 125;
/** Where a cell of a table is an example that a test runs, or a figure that a benchmark prints. */
const withExamples = /^(docs\/policies|bench)\//;

describe.each(documents)("%s", (path) => {
  const text = readFileSync(join(root, path), "utf8");

  it("links only to files and headings that exist", () => {
    expect(brokenLinks(path)).toEqual([]);
  });

  it("names only files that exist", () => {
    expect(missingFiles(text)).toEqual([]);
  });

  it("has no table that is wider than a screen", () => {
    const rows = text.split("\n").filter((line) => line.startsWith("|") && !withExamples.test(path));
    expect(rows.filter((row) => row.length > widest)).toEqual([]);
  });
});
