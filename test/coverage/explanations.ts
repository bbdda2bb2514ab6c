import type { Gap } from "./gap.ts";

/** A row of the table: what of the source it is about, and why no test runs it. */
export interface Explanation {
  /** A file of the source, or a folder with `/*` behind it: what is in it, however deep. */
  readonly file: string;
  /** A branch as it is written, in one line; only its beginning where it ends in "…". */
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

/** Whether a row is about a gap. Lines move, so that it is known by its text. */
export function isExplainedBy({ file, text }: Gap, explanation: Explanation): boolean {
  const beginning = beginningOf(explanation);
  return (
    isAbout(explanation, file) &&
    (beginning === undefined ? text === explanation.text : text.startsWith(beginning))
  );
}

/** Whether a row is about something in a file. */
export function isAbout({ file: named }: Explanation, file: string): boolean {
  return named.endsWith("/*") ? file.startsWith(named.slice(0, -1)) : file === named;
}

/** Whether what a row says stands in a file's text still. */
export function isTrueOf(explanation: Explanation, source: string): boolean {
  return inOneLine(source).includes(beginningOf(explanation) ?? explanation.text);
}

/** A text as the table has it. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function beginningOf({ text }: Explanation): string | undefined {
  return text.endsWith("…") ? text.slice(0, -1) : undefined;
}
