import type { ErrorCode, YAMLParseError } from "yaml";

/** What the library says to programmers, for authors. The first that fits counts. */
const sentences: readonly (readonly [code: ErrorCode, message: RegExp, sentence: string])[] = [
  ["MULTIPLE_DOCS", /(?:)/, "a second document begins after the line ---; put it into a file of its own"],
  ["TAB_AS_INDENT", /(?:)/, "lines are indented with spaces; YAML takes no tabs"],
  ["MISSING_CHAR", /closing/, "the closing quote of this text is missing"],
  ["MISSING_CHAR", /Sequence item/, "this is indented like an item of a list, and has no - before it"],
  ["MISSING_CHAR", /between/, "a comma is missing between two values in { } or [ ]"],
  ["MISSING_CHAR", /map values/, "a key needs a colon and a value after it"],
  [
    "BAD_INDENT",
    /^Flow/,
    "the { or [ that begins before this is not closed, or its lines are indented less than its key",
  ],
  ["BAD_INDENT", /(?:)/, "the keys of a mapping, and the items of a list, begin in the same column"],
  [
    "BLOCK_AS_IMPLICIT_KEY",
    /(?:)/,
    "text that holds a colon and a space needs quotes; a nested mapping begins on a line of its own",
  ],
  ["BLOCK_IN_FLOW", /(?:)/, "inside { } and [ ] values are separated by commas, not put on lines with -"],
  ["BAD_SCALAR_START", /(?:)/, "text that begins with this character needs quotes"],
  [
    "BAD_DQ_ESCAPE",
    /(?:)/,
    "a backslash in double quotes begins an escape; use single quotes, or write \\\\",
  ],
  ["MULTILINE_IMPLICIT_KEY", /(?:)/, "a key stands on one line; a colon or an indentation is missing"],
  ["UNEXPECTED_TOKEN", /(?:)/, "this cannot stand here; check the quotes and brackets before it"],
];

/** An error of YAML's syntax as a sentence that says what to do; the library's own where it is rare. */
export function syntaxError({ code, message }: YAMLParseError): string {
  const [, , sentence = message] =
    sentences.find(([each, pattern]) => each === code && pattern.test(message)) ?? [];
  return sentence;
}
