import { readFileSync } from "node:fs";
import { commentOf } from "./comment-text.ts";

/** Prints a file as a comment on GitHub takes it. */
const [, , file, wholeAt] = process.argv;
if (file === undefined || wholeAt === undefined) {
  console.error("node scripts/comment.ts <Markdown file> <where all of it is, as Markdown>");
  process.exit(2);
}
process.stdout.write(commentOf(readFileSync(file, "utf8"), wholeAt));
