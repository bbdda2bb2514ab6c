import { codeEntriesIn, codePattern, inOneLine, unquoted } from "../code-entries.ts";
import type { Gap } from "./gap.ts";

/** An entry of the list: branches of the source, and why no test runs them. */
export interface Explanation {
  /** A source file, or a folder followed by `/*`, which includes its subfolders. */
  readonly file: string;
  /** The text of the branch in one line, or its beginning followed by "…". */
  readonly text: string;
  readonly why: string;
}

const entryPattern = new RegExp(`^${codePattern}: (.+)$`);

/** Reads the entries of `explained.md`. */
export function readExplanations(markdown: string): Explanation[] {
  return codeEntriesIn(markdown).flatMap(({ file, text }) => {
    const [, code, why = ""] = entryPattern.exec(text) ?? [];
    return code === undefined ? [] : [{ file, text: unquoted(code), why }];
  });
}

/** Whether an entry explains a gap. They are matched by text, because line numbers change. */
export function isExplainedBy({ file, text }: Gap, explanation: Explanation): boolean {
  const beginning = beginningOf(explanation);
  return (
    appliesTo(explanation, file) &&
    (beginning === undefined ? text === explanation.text : text.startsWith(beginning))
  );
}

/** Whether an entry applies to a file. */
export function appliesTo({ file: named }: Explanation, file: string): boolean {
  return named.endsWith("/*") ? file.startsWith(named.slice(0, -1)) : file === named;
}

/** Whether the branch of an entry is in a file's text. */
export function occursIn(explanation: Explanation, source: string): boolean {
  return inOneLine(source).includes(beginningOf(explanation) ?? explanation.text);
}

function beginningOf({ text }: Explanation): string | undefined {
  return text.endsWith("…") ? text.slice(0, -1) : undefined;
}
