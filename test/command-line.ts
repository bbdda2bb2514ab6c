import { run } from "../src/cli/run.ts";

/**
 * Runs the command line in a folder, at noon on 24 November 2026, and returns its exit code and output. Its output is
 * that to a pipe, unless there is the width of a terminal.
 */
export async function runIn(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  width?: number,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    environment,
    folder,
    fetch,
    ...(width === undefined ? {} : { width }),
    clock: { now: () => new Date("2026-11-24T12:00:00Z") },
  });
  return { code, out: out.join(""), err: err.join("") };
}
