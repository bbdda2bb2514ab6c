import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../local/child-process.ts";

/** A fenced block, or a row of a table of examples. */
export type Part =
  | { readonly kind: "fence"; readonly info: string; readonly text: string; readonly line: number }
  | {
      readonly kind: "row";
      readonly head: string;
      /** The last line above the table. */
      readonly above: string;
      readonly cells: readonly string[];
      readonly line: number;
    };

/** The pages of the language: the index and all that it leads to. */
export const pages: readonly string[] = [
  "docs/policies.md",
  ...readdirSync(join(root, "docs/policies"))
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map((name) => join("docs/policies", name)),
];

export function readPage(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** What may hold an example, in the order of the page. */
export function partsOf(markdown: string): readonly Part[] {
  const lines = markdown.split("\n");
  const parts: Part[] = [];
  let head: string | undefined;
  let above = "";
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.startsWith("```")) {
      const end = lines.indexOf("```", index + 1);
      if (end < 0) throw new Error(`the block on line ${index + 1} has no end`);
      const text = `${lines.slice(index + 1, end).join("\n")}\n`;
      parts.push({ kind: "fence", info: line.slice(3), text, line: index + 1 });
      index = end;
    } else if (line.startsWith("|")) {
      const cells = cellsOf(line);
      if (head === undefined) head = cells.join(" | ");
      else if (!/^-+$/.test(cells[0] ?? "")) parts.push({ kind: "row", head, above, cells, line: index + 1 });
      continue;
    }
    head = undefined;
    if (line !== "") above = line;
  }
  return parts;
}

/** No example has a bar in it. */
function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\|/, "")
    .replace(/\|\s*$/, "")
    .split("|")
    .map((cell) => cell.trim());
}

/** What stands in a cell as code, or the cell itself. */
export function codeIn(cell: string): string {
  return /^`(.*)`$/.exec(cell)?.[1] ?? /^``\s?(.*?)\s?``$/.exec(cell)?.[1] ?? cell;
}
