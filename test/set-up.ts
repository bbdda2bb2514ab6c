import { execFileSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import { startAzurite } from "../local/azurite.ts";
import { root } from "../local/child-process.ts";

declare module "vitest" {
  interface ProvidedContext {
    storage: string;
  }
}

/** Builds the package that the scenarios run, and starts one Azurite for the tests that need only storage. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: "inherit" });
  const azurite = await startAzurite();
  project.provide("storage", azurite.connectionString);
  return () => azurite.end();
}
