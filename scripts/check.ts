import { spawn } from "node:child_process";

/**
 * Runs both halves of `npm run check` at the same time: the formatter uses one processor, for as long as the others take together.
 * What a half prints comes when it has ended, so that the two do not mix. Both run to their end, whichever fails.
 */
const ended = await Promise.all(["check:code", "check:format"].map(run));
process.exitCode = ended.every((code) => code === 0) ? 0 : 1;

function run(script: string): Promise<number | null> {
  const child = spawn(`npm run ${script}`, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (each: Buffer) => printed.push(each));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.stdout.write(Buffer.concat(printed));
      resolve(code);
    });
  });
}
