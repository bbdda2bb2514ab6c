import { describe, expect, it } from "vitest";
import { commentMax, commentOf } from "../scripts/comment-text.ts";

const wholeAt = "[the summary](https://example.com/run)";
const notice = /^\*\*Cut to GitHub's limit of 65536 characters\.\*\* All of it is in \[the summary\]/gm;
const fences = (text: string) => (text.match(/^```/gm) ?? []).length;

describe("a comment on a pull request", () => {
  it("is the whole text where it fits", () => {
    const text = "x".repeat(commentMax);
    expect(commentOf(text, wholeAt)).toBe(text);
  });

  it("is cut after a whole line, closes the code block, and says at both ends that it was cut", () => {
    const text = `### Check\n\`\`\`\n${"a line of output\n".repeat(6_000)}\`\`\`\n### Test\n`;
    const comment = commentOf(text, wholeAt);
    expect(comment.length).toBeLessThanOrEqual(commentMax);
    expect(comment.length).toBeGreaterThan(commentMax - 100);
    expect(comment).toContain("a line of output\n```\n\n**Cut");
    expect(comment.match(notice)).toHaveLength(2);
    expect(fences(comment)).toBe(2);
  });

  it("opens no code block where the cut is outside of one", () => {
    const comment = commentOf(`\`\`\`\nx\n\`\`\`\n${"text\n".repeat(20_000)}`, wholeAt);
    expect(fences(comment)).toBe(2);
    expect(comment).toContain("text\n\n**Cut");
  });

  it("cuts within a line that is longer than a comment", () => {
    const comment = commentOf("y".repeat(2 * commentMax), wholeAt);
    expect(comment.length).toBeLessThanOrEqual(commentMax);
    expect(comment).toContain("yyy");
  });
});
