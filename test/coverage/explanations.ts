import type { Gap } from "./gap.ts";

/** A row of the table: a branch by its file and its text, and why no test runs it. */
export interface Explanation {
  readonly file: string;
  readonly text: string;
  readonly why: string;
}

/** The rows of the table in `explained.md`. */
export function readExplanations(markdown: string): Explanation[] {
  return markdown.split("\n").flatMap((line) => {
    const found = /^\| (src\/[^ ]+) +\| `(.+?)` +\| (.+?) +\|$/.exec(line);
    if (found === null) return [];
    const [, file = "", text = "", why = ""] = found;
    return [{ file, text: text.replaceAll("\\|", "|"), why }];
  });
}

/** Whether a row is about a gap. Lines move, so that it is known by how it begins. */
export function isExplainedBy({ file, text }: Gap, explanation: Explanation): boolean {
  return file === explanation.file && text.startsWith(explanation.text);
}
