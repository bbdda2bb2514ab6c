import { systemClock } from "../lib/clock.ts";
import { exitCodes } from "./exit-codes.ts";
import { run } from "./run.ts";

// The reader of the output may stop early, as `head` does. Then nothing is left to write to.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.success);
    process.stderr.write(`drawbridge: the output cannot be written (${error.code ?? error.message})\n`);
    process.exit(exitCodes.failure);
  });

/** How a shell reports a command that Ctrl-C ended. */
const interrupted = 130;

async function ask(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on("SIGINT", () => {
    process.stderr.write("\n");
    process.exit(interrupted);
  });
  try {
    return await lines.question(question);
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    // The input ended (Ctrl-D), which is an empty answer.
    process.stderr.write("\n");
    return "";
  } finally {
    lines.close();
  }
}

try {
  process.exitCode = await run(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    environment: process.env,
    folder: process.cwd(),
    fetch,
    clock: systemClock,
    // A terminal that does not know its size says that it has no columns.
    ...(process.stdout.isTTY && process.stdout.columns > 0 ? { width: process.stdout.columns } : {}),
    isInteractive: process.stderr.isTTY,
    ...(process.stdin.isTTY ? { ask } : {}),
  });
} catch (error) {
  // Every expected failure is a message already.
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const said =
    process.env.DRAWBRIDGE_DEBUG === undefined
      ? `${message.split("\n")[0]}; DRAWBRIDGE_DEBUG=1 shows where`
      : stack;
  process.stderr.write(`drawbridge: an error of Drawbridge itself: ${said}\n`);
  process.exitCode = exitCodes.failure;
}
