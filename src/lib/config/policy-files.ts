import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { PolicyText } from "../policy/load.ts";

/** The policy's files: the one that is named, or those directly in the folder that is named, by name. */
export function readPolicyFiles(root: string, path: string): PolicyText[] {
  const full = resolve(root, path);
  const files = statSync(full).isDirectory()
    ? readdirSync(full)
        .filter((name) => /\.(ya?ml|json)$/.test(name) && !name.endsWith(".schema.json"))
        .toSorted()
        .map((name) => join(full, name))
    : [full];
  return files.map((file) => ({ file: shown(root, file), text: readFileSync(file, "utf8") }));
}

/** A path as people would write it from there. */
function shown(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith("..") ? file : path;
}
