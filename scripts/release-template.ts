import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readManifest } from "./assemble-package.ts";
import { templateOf } from "./release-texts.ts";

/** Prints a compiled template that deploys the archive of a release. */
const [, , file, folderUrl] = process.argv;
if (file === undefined || folderUrl === undefined) {
  console.error("node scripts/release-template.ts <compiled template> <URL of the release's files>");
  process.exit(2);
}
const { version } = readManifest(fileURLToPath(new URL("..", import.meta.url)));
console.log(templateOf(readFileSync(file, "utf8"), `${folderUrl}/drawbridge-${version}.zip`));
