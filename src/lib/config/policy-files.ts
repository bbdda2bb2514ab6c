import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { PolicyText } from "../policy/source/policy-text.ts";
import { isPolicyPath } from "../policy/check/policy-name.ts";

/** A policy's files, and the file of its parameters' values if one is named. */
export interface PolicyTexts {
  readonly files: readonly PolicyText[];
  readonly parameters?: PolicyText;
}

/** The policy's files: the named one, or those in the named folder and its subfolders, by path. */
export function readPolicyFiles(root: string, path: string, except?: string): PolicyText[] {
  const full = resolve(root, path);
  const files = statSync(full).isDirectory()
    ? readdirSync(full, { recursive: true, encoding: "utf8" })
        .filter(isPolicyPath)
        .toSorted()
        .map((name) => join(full, name))
    : [full];
  return files.filter((file) => file !== except).map((file) => textAt(root, file));
}

/** The same, with the file of parameters, whose path is relative to the policy's folder. */
export function readPolicyTexts(root: string, path: string, parameters: string | undefined): PolicyTexts {
  if (parameters === undefined) return { files: readPolicyFiles(root, path) };
  const file = resolve(folderOf(root, path), parameters);
  return { files: readPolicyFiles(root, path, file), parameters: textAt(root, file) };
}

/** The folder of a policy: the policy itself if it is a folder, or the folder of its file. */
export function folderOf(root: string, path: string): string {
  const full = resolve(root, path);
  return statSync(full).isDirectory() ? full : dirname(full);
}

function textAt(root: string, file: string): PolicyText {
  return { file: shown(root, file), text: readFileSync(file, "utf8") };
}

/** A path relative to the root, or absolute if it is outside. */
function shown(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith("..") ? file : path;
}
