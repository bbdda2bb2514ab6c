import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readManifest } from "./assemble-package.ts";
import { notesOf } from "./release-texts.ts";

/** Prints what CHANGELOG.md says of the version that a tag names. */
const root = fileURLToPath(new URL("..", import.meta.url));
const changelog = readFileSync(`${root}CHANGELOG.md`, "utf8");
console.log(notesOf(changelog, process.argv[2] ?? "", readManifest(root).version));
