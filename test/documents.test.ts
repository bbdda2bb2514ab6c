import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { brokenLinks } from "./policy/docs/links.ts";

/** Every document of this repository names only files and headings that exist, and fits on a screen. */
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
}).split("\n");
const documents = tracked.filter((file) => file.endsWith(".md"));

/** The folder that a document describes, where it is not the document's own. */
const described: Readonly<Record<string, string>> = { "docs/simulator.md": "simulator" };

/** Files of which each folder of a kind has its own, so that a text may mean any of them. */
const inSeveralFolders = ["main.parameters.json"];

const extensions = "ts|tsx|cjs|mjs|yaml|yml|json|md|bicep";
const topFolders = "src|test|simulator|host|infra|dashboard|policies|bench|docs|local|scripts";
const fileInCode = new RegExp(`\`([\\w./-]+\\.(?:${extensions})|(?:${topFolders})/[\\w./-]*)\``, "g");

/** The files that a document names in `code` and that do not exist, or whose names several files have. */
function unclearFiles(path: string, text: string): { name: string; mayBe: readonly string[] }[] {
  return text.split("\n\n").flatMap((paragraph) => {
    const names = [...paragraph.matchAll(fileInCode)].map(([, name = ""]) => name);
    return names
      .map((name, index) => ({ name, mayBe: filesNamed(name, path, names.slice(0, index)) }))
      .filter(({ name, mayBe }) => mayBe.length !== 1 && ![...written, ...inSeveralFolders].includes(name));
  });
}

/**
 * The files that a document may mean by a path from the root or from its folder, by a file beside one that the same
 * paragraph names before, or by the end of a path: those in the folder that the document describes, or else all.
 */
function filesNamed(name: string, path: string, before: readonly string[]): readonly string[] {
  const folder = described[path] ?? dirname(path);
  const beside = before.filter((each) => each.includes("/")).map((each) => each.replace(/[^/]*$/, ""));
  const exact = ["", folder, ...beside].map((each) => join(each, name));
  const found = exact.find((each) => existsSync(join(root, each)));
  if (found !== undefined) return [found];
  const all = tracked.filter((file) => file.endsWith(`/${name}`));
  const inFolder = all.filter((file) => file.startsWith(`${folder}/`));
  return inFolder.length > 0 ? inFolder : all;
}

/** Files that a reader of a document writes, and that a release has. */
const written = [
  "local.settings.json",
  "azuredeploy.json",
  "policies/mine",
  "policies/mine/",
  "policies/mine/policy.yaml",
  "policies/mine/cases/cases.yaml",
];

/** Written from src, where a text is one line. */
const generated = ["docs/alerts.md"];

const widest = 125;
/** The widest row where a cell is an example that a test runs, or a row what a benchmark prints. */
const widestOf: Readonly<Record<string, number>> = {
  "docs/policies/azure-policy.md": 140,
  "docs/policies/conditions.md": 130,
  "docs/policies/functions.md": 139,
  "bench/README.md": 142,
};

describe.each(documents)("%s", (path) => {
  const text = readFileSync(join(root, path), "utf8");

  it("links only to files and headings that exist", () => {
    expect(brokenLinks(path)).toEqual([]);
  });

  it("names only files that exist, each so that no other can be meant", () => {
    expect(unclearFiles(path, text)).toEqual([]);
  });

  it("has its text wrapped at 120 characters", () => {
    const lines = text.replaceAll(/^ *```[^]*?^ *```$/gm, "").split("\n");
    const wide = lines.filter((line) => line.length > 120 && !line.startsWith("|"));
    expect(generated.includes(path) ? [] : wide).toEqual([]);
  });

  it("has no table that is wider than a screen", () => {
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    expect(rows.filter((row) => row.length > (widestOf[path] ?? widest))).toEqual([]);
  });
});

describe("the steps of a review in docs/architecture.md", () => {
  const steps = readFileSync(join(root, "docs/architecture.md"), "utf8")
    .split("\n## A review\n")[1]!
    .split(/\n\n(?=`schedule-retry`)/)[0]!;

  it("are files of connections/", () => {
    const named = [...steps.slice(steps.indexOf("\n1. ")).matchAll(/`([a-z-]+)`/g)].map(
      ([, name = ""]) => name,
    );
    expect(named).toContain("claim");
    const files = tracked.filter((file) => file.startsWith("src/lib/connections/"));
    expect(named.filter((name) => !files.some((file) => file.endsWith(`/${name}.ts`)))).toEqual([]);
  });
});
