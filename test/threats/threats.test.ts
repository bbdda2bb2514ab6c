import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { onceUnnoticed } from "./once-unnoticed.ts";
import { mitigations, threats } from "./threats.ts";

/** `remove-mitigations.ts` shows that each test fails without its mitigation. This only finds both, in milliseconds. */
const read = (file: string) => readFileSync(join(root, file), "utf8");
const rows = read("SECURITY.md")
  .split("\n")
  .filter((line) => /^\| T\d+ /.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe("the table of threats in SECURITY.md", () => {
  it("has the threats T1 to T21", () => {
    const numbers = Array.from({ length: 21 }, (_, index) => `T${index + 1}`);
    expect(Object.keys(threats)).toEqual(numbers);
    expect([...new Set(rows.map(([, threat]) => threat))]).toEqual(numbers);
  });

  it("has exactly the mitigations that can be taken out, with their tests", () => {
    const wanted = mitigations.map(({ threat, name, test }) => [threat, name, `\`${test.file}\``]);
    expect(rows.map(([, ...cells]) => cells.slice(0, 3))).toEqual(wanted);
  });
});

/** The sources of a test: its file, and the helpers beside it, which may hold the titles of its cases. */
function sourcesOf(file: string): string {
  const folder = dirname(file);
  const helpers = folder.startsWith("test/") ? readdirSync(join(root, folder)) : [];
  return [basename(file), ...helpers.filter((name) => !name.endsWith(".test.ts"))]
    .filter((name) => name.endsWith(".ts"))
    .map((name) => read(`${folder}/${name}`))
    .join("\n");
}

describe.each([...mitigations, ...onceUnnoticed])("$name", ({ file, replace: [present], test }) => {
  it("stands once in its file, and its test exists", () => {
    expect(read(file).split(present)).toHaveLength(2);
    const source = sourcesOf(test.file);
    expect(['"', "`"].some((quote) => source.includes(`${quote}${test.title}${quote}`))).toBe(true);
  });
});
