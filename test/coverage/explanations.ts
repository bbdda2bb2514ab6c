import type { Gap } from "./gap.ts";

/** A row of the table: branches of the source, and why no test runs them. */
export interface Explanation {
  /** A source file, or a folder followed by `/*`, which includes its subfolders. */
  readonly file: string;
  /** The text of the branch in one line, or its beginning followed by "…". */
  readonly text: string;
  readonly why: string;
}

/** Reads the rows of the tables in `explained.md`. */
export function readExplanations(markdown: string): Explanation[] {
  return markdown.split("\n").flatMap((line) => {
    const found = /^\| (src\/[^ ]+) +\| `(.+?)` +\| (.+?) +\|$/.exec(line);
    if (found === null) return [];
    const [, file = "", text = "", why = ""] = found;
    return [{ file, text: text.replaceAll("\\|", "|"), why }];
  });
}

/** Whether a row explains a gap. They are matched by text, because line numbers change. */
export function isExplainedBy({ file, text }: Gap, explanation: Explanation): boolean {
  const beginning = beginningOf(explanation);
  return (
    appliesTo(explanation, file) &&
    (beginning === undefined ? text === explanation.text : text.startsWith(beginning))
  );
}

/** Whether a row applies to a file. */
export function appliesTo({ file: named }: Explanation, file: string): boolean {
  return named.endsWith("/*") ? file.startsWith(named.slice(0, -1)) : file === named;
}

/** Whether the branch of a row is in a file's text. */
export function occursIn(explanation: Explanation, source: string): boolean {
  return inOneLine(source).includes(beginningOf(explanation) ?? explanation.text);
}

/** Replaces line breaks and indentation by single spaces, as in the table. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function beginningOf({ text }: Explanation): string | undefined {
  return text.endsWith("…") ? text.slice(0, -1) : undefined;
}
