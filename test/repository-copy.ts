import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A copy of the repository's files, with the same dependencies, that its caller may change and has to remove. */
export function copyOf(source: string): string {
  const copy = mkdtempSync(join(tmpdir(), "drawbridge-copy-"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: source,
    encoding: "utf8",
  });
  for (const file of files.split("\n").filter((name) => name !== "")) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(source, file), join(copy, file));
  }
  symlinkSync(join(source, "node_modules"), join(copy, "node_modules"));
  // Some tests ask git which files there are.
  execFileSync("git", ["init", "--quiet"], { cwd: copy });
  execFileSync("git", ["add", "--all"], { cwd: copy });
  return copy;
}
