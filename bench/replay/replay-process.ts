import { run } from "../../src/cli/run.ts";
import { systemClock } from "../../src/lib/clock.ts";

/**
 * Runs the command in a process of its own, whose memory is measured. Prints the time and the memory behind the
 * command's output.
 */
const started = performance.now();
const code = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  environment: {},
  folder: process.cwd(),
  fetch,
  clock: systemClock,
});
const seconds = (performance.now() - started) / 1000;
process.stdout.write(`\n${JSON.stringify({ code, seconds, mb: process.resourceUsage().maxRSS / 1024 })}\n`);
