import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The version of the compiler that the templates and their snapshots were checked with. */
export const bicepVersion = "0.49.2";

/** Where `scripts/bicep.ts` installs the compiler, outside of the repository: `npm ci` and a fresh clone keep it. */
export function cachedBicep(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return join(
    cache,
    "drawbridge",
    `bicep-${bicepVersion}`,
    process.platform === "win32" ? "bicep.exe" : "bicep",
  );
}

/** The compiler: the one that `BICEP` names, the installed one, or the one on the path; undefined if there is none. */
export function findBicep(): string | undefined {
  const named = process.env.BICEP;
  if (named !== undefined && named !== "") return named;
  const cached = cachedBicep();
  if (existsSync(cached)) return cached;
  return isRunnable("bicep") ? "bicep" : undefined;
}

function isRunnable(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
