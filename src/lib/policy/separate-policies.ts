import { connectionCatalogue } from "./language/fields.ts";
import { load, type Loaded, type LoadOptions } from "./load.ts";
import { formatProblem } from "./source/problem.ts";
import type { PolicyText } from "./source/policy-text.ts";

/**
 * The folders of files that are probably policies of their own: none of them holds the others, and read as one policy
 * they contradict each other in a way that none of them does by itself. Empty for every other policy.
 */
export function separatePolicies(
  files: readonly PolicyText[],
  loaded: Loaded,
  options: LoadOptions,
): readonly string[] {
  if (loaded.kind === "valid") return [];
  const byFolder = Map.groupBy(files, ({ file }) => folderOf(file));
  const folders = [...byFolder.keys()];
  if (folders.length < 2 || folders.some((one) => folders.every((other) => isIn(one, other)))) return [];
  const own = new Set(
    [...byFolder.values()].flatMap((each) => {
      const alone = load(each, connectionCatalogue, options);
      return alone.kind === "valid" ? [] : alone.problems.map(formatProblem);
    }),
  );
  // A value that no file declares is wrong where it is given, and says nothing about the folders.
  const inFiles = new Set(files.map(({ file }) => file));
  const between = loaded.problems.filter(
    (problem) =>
      problem.severity === "error" && inFiles.has(problem.file) && !own.has(formatProblem(problem)),
  );
  return between.length === 0 ? [] : folders;
}

function folderOf(file: string): string {
  return /^(.*)[\\/]/.exec(file)?.[1] ?? "";
}

function isIn(folder: string, inner: string): boolean {
  return (
    folder === "" ||
    inner === folder ||
    (inner.startsWith(folder) && /^[\\/]/.test(inner.slice(folder.length)))
  );
}
