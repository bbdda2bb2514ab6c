import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { startAzurite } from "../local/azurite.ts";
import { root } from "../local/child-process.ts";

const run = promisify(execFile);

declare module "vitest" {
  interface ProvidedContext {
    storage: string;
  }
}

/**
 * Runs once for each project that names it. Starts one Azurite for the tests that need only storage, and builds the
 * package for the scenarios meanwhile.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const building =
    project.name === "system" ? run(process.execPath, ["scripts/build.ts"], { cwd: root }) : undefined;
  const [azurite] = await Promise.all([startAzurite(), building]);
  project.provide("storage", azurite.connectionString);
  return () => azurite.end();
}
