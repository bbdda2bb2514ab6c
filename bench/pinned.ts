import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Whether processes can be pinned to one processor, so that the kernel does not move them between caches. */
const canPin = spawnSync("taskset", ["--version"]).status === 0;

/** The command before a command that runs it on one processor. */
export const pinning: readonly string[] = canPin
  ? ["taskset", "--cpu-list", String(availableParallelism() - 1)]
  : [];

/** Runs a file with Node in a process of its own, on one processor, and returns the JSON that it prints. */
export function runPinned<T>(
  file: string,
  args: readonly string[],
  { environment = {}, execArgv = [] }: PinnedOptions = {},
): T {
  const [command = "", ...rest] = [...pinning, process.execPath, ...execArgv, file, ...args];
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(command, rest, {
    encoding: "utf8",
    env: { PATH, ...environment },
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

interface PinnedOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
}
