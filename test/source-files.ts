import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root } from "../local/child-process.ts";

const listed = ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx"];

/** Every file of TypeScript in the repository, by its path from the root. */
export const files = execFileSync("git", listed, { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "");

/** Those that are not tests. */
export const sources = files.filter((file) => !file.endsWith(".test.ts") && !file.endsWith(".contract.ts"));

export const text = (file: string) => readFileSync(join(root, file), "utf8");

interface Import {
  readonly from: string;
  /** A path from the root, or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

export function importsOf(from: string): readonly Import[] {
  return [
    ...text(from).matchAll(/^(?:import|export) (type )?[^;]*?from "([^"]+)";/gms),
    ...text(from).matchAll(/()import\("([^"]+)"\)/g),
  ].map(([, type, target = ""]) => ({
    from,
    to: target.startsWith(".") ? normalize(join(dirname(from), target)) : target,
    typeOnly: type !== undefined && type !== "",
  }));
}
