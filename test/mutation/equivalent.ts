import { basename } from "node:path";
import { codeEntriesIn, codePattern, inOneLine, quoted, unquoted } from "../code-entries.ts";
import type { Mutant } from "./mutants.ts";

/** An entry of `equivalent.md`: a mutant that no test can notice, because the program does the same with it. */
export interface Equivalent {
  readonly file: string;
  /** The line of the source on which what is replaced begins, without its indentation. */
  readonly line: string;
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

const entryPattern = new RegExp(`^${codePattern}: ${codePattern} becomes ${codePattern}\\. (.+)$`);

/** Reads the entries of `equivalent.md`. */
export function readEquivalents(markdown: string): Equivalent[] {
  return codeEntriesIn(markdown).flatMap(({ file, text }) => {
    const found = entryPattern.exec(text);
    if (found === null) return [];
    const [, line = "", original = "", replacement = "", why = ""] = found;
    return [
      { file, line: unquoted(line), original: unquoted(original), replacement: unquoted(replacement), why },
    ];
  });
}

/**
 * Whether an entry is about this mutant. Lines are found by their text, because their numbers change; an entry is about
 * each line with that text.
 */
export function isEquivalent(entry: Equivalent, file: string, source: string, mutant: Mutant): boolean {
  return (
    entry.file === file &&
    entry.line === lineOf(source, mutant) &&
    entry.original === inOneLine(mutant.original) &&
    entry.replacement === inOneLine(mutant.replacement)
  );
}

/** The entry that would explain a mutant, but for the reason. */
export function entryOf(file: string, source: string, mutant: Mutant): string {
  const [original, replacement] = [mutant.original, mutant.replacement].map((text) =>
    quoted(inOneLine(text)),
  );
  return `## ${quoted(file)}\n\n- ${quoted(lineOf(source, mutant))}: ${original} becomes ${replacement}.`;
}

/** A mutant for people: `judge.ts:12: a === b  →  ((a) !== (b))`. */
export function printed(file: string, { line, original, replacement }: Mutant): string {
  return `${basename(file)}:${line}: ${inOneLine(original)}  →  ${inOneLine(replacement)}`;
}

function lineOf(source: string, { line }: Mutant): string {
  return (source.split("\n")[line - 1] ?? "").trim();
}
