import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs both halves of `npm run check` at the same time: the formatter uses one processor, for as long as the others
 * take together. What a half prints comes when it has ended, or when this process is told to end, so that the two do
 * not mix. Both run to their end, whichever fails.
 */
const halves = ["check:code", "check:format"].map(start);

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
for (const signal of signals)
  process.once(signal, () => {
    for (const half of halves) half.interrupt(signal);
    process.exit(128 + constants.signals[signal]);
  });

const codes = await Promise.all(halves.map(({ ended }) => ended));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

function start(script: string) {
  // A group of its own, so that a signal reaches what npm has started too.
  const child = spawn(`npm run ${script}`, {
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  process.stdout.write(`${script} runs; what it prints follows when it has ended\n`);
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (each: Buffer) => printed.push(each));
  const flush = (how: string) => {
    process.stdout.write(Buffer.concat(printed.splice(0)));
    process.stdout.write(`${script} ${how}\n`);
  };
  let isRunning = true;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      isRunning = false;
      flush(code === 0 ? "succeeded" : `failed (${code})`);
      resolve(code);
    });
  });
  const interrupt = (signal: NodeJS.Signals) => {
    if (!isRunning || child.pid === undefined) return;
    flush(`was interrupted (${signal})`);
    process.kill(-child.pid, signal);
  };
  return { ended, interrupt };
}
