/** "Body is too long (maximum is 65536 characters)": GitHub's limit for a comment. */
export const commentMax = 65_536;

/**
 * A text in Markdown that fits into a comment on GitHub. A longer one is cut after a whole line, an open code block is
 * closed, and the first and the last line say that it was cut and where all of it is. GitHub counts characters; UTF-16
 * code units, which are counted here, are never fewer.
 */
export function commentOf(text: string, wholeAt: string): string {
  if (text.length <= commentMax) return text;
  const notice = `**Cut to GitHub's limit of ${commentMax} characters.** All of it is in ${wholeAt}.`;
  const closing = "\n```";
  const room = text.slice(0, commentMax - closing.length - 2 * `${notice}\n\n`.length - 1);
  // A single line that is longer than the room is cut within the line.
  const lineEnd = room.lastIndexOf("\n");
  const kept = lineEnd < 0 ? room : room.slice(0, lineEnd);
  const isInCode = (kept.match(/^```/gm) ?? []).length % 2 === 1;
  return `${notice}\n\n${kept}${isInCode ? closing : ""}\n\n${notice}\n`;
}
