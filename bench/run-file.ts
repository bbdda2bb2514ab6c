import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a file with Node in a process of its own, and resolves with the JSON that it prints. */
export async function runFile<T>(
  file: string,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<T> {
  const { stdout } = await run(process.execPath, [...execArgv, file, ...args]);
  return JSON.parse(stdout) as T;
}
