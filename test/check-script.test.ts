import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "./folder.ts";

const { path: folder, write } = temporaryFolder();

function check(scripts: Readonly<Record<string, string>>) {
  write("package.json", JSON.stringify({ name: "checked", scripts }));
  const child = spawn(process.execPath, [join(import.meta.dirname, "../scripts/check.ts")], {
    cwd: folder(),
  });
  let out = "";
  child.stdout.on("data", (each: Buffer) => (out += each.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, ended, out: () => out };
}

it("npm run check fails if a half fails, and prints what each half prints together", async () => {
  const { ended, out } = check({ "check:code": "echo one; exit 3", "check:format": "echo two" });
  expect(await ended).toBe(1);
  expect(out()).toMatch(/one\n[^]*check:code failed \(3\)\n/);
  expect(out()).toMatch(/two\n[^]*check:format succeeded\n/);
});

it("npm run check names each half as it begins, and prints what there is and leaves nothing behind when interrupted", async () => {
  const { child, ended, out } = check({
    "check:code": `${process.execPath} -e "console.log('pid', process.pid); setTimeout(() => {}, 60_000)"`,
    "check:format": "echo two",
  });
  await expect.poll(out, { timeout: 20_000 }).toContain("check:format succeeded");
  expect(out()).toContain("check:code runs; what it prints follows when it has ended\n");
  expect(out()).not.toContain("pid ");
  // npm itself may print before the script does.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  child.kill("SIGTERM");
  expect(await ended).toBe(143);
  expect(out()).toContain("check:code was interrupted (SIGTERM)\n");
  const pid = Number(/pid (\d+)/.exec(out())?.[1]);
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
}, 60_000);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
