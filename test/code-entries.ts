/** An entry of a list about source code: the file of its heading, and its text in one line. */
interface CodeEntry {
  readonly file: string;
  readonly text: string;
}

/** Reads the entries of a Markdown file whose headings are `## ` and a file in `code`. */
export function codeEntriesIn(markdown: string): CodeEntry[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [, file = "", list = ""] = /^`(src\/[^`]+)`\n([^]*)$/.exec(section) ?? [];
      return list
        .split(/^- /m)
        .slice(1)
        .map((item) => ({ file, text: inOneLine(item).trim() }));
    });
}

/** The pattern of a piece of code in an entry, which two backticks enclose if it has one itself. */
export const codePattern = "(``.+?``(?!`)|`[^`]+`)";

/** Replaces line breaks and indentation by single spaces, as in the entries. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

export function quoted(code: string): string {
  if (!code.includes("`")) return `\`${code}\``;
  const padding = /^`|`$/.test(code) ? " " : "";
  return ["``", "``"].join(`${padding}${code}${padding}`);
}

/** The opposite of `quoted`. */
export function unquoted(text: string): string {
  return text.startsWith("``") ? text.slice(2, -2).trim() : text.slice(1, -1);
}
