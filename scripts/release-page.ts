import { releasePage } from "./release-texts.ts";

/** Prints the page of the branch `release`. */
const [, , repository, tag] = process.argv;
if (repository === undefined || tag === undefined) {
  console.error("node scripts/release-page.ts <owner>/<repository> <tag>");
  process.exit(2);
}
process.stdout.write(releasePage(repository, tag));
