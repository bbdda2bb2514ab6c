import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Whether processes can be pinned to one processor, so that the kernel does not move them between caches. */
const canPin = spawnSync("taskset", ["--version"]).status === 0;
const processor = String(availableParallelism() - 1);

/** Runs a file with Node in a process of its own, on one processor, and returns the JSON that it prints. */
export function runPinned<T>(file: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): T {
  const node = [process.execPath, file, ...args];
  const [command = "", ...rest] = canPin ? ["taskset", "--cpu-list", processor, ...node] : node;
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(command, rest, {
    encoding: "utf8",
    env: { PATH, ...environment },
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
