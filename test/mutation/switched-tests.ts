import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { planVariable, type Plan } from "./plan.ts";

/** The log grows more often than that, unless a mutant keeps a test from ending. In milliseconds. */
const stuckMs = 120_000;

/** Test files in a copy of the repository, and a JSON file with the switches of each source file there. */
export interface SwitchedTests {
  readonly copy: string;
  readonly switchesFile: string;
  readonly tests: readonly string[];
}

/**
 * Runs test files by a plan, in a process of their own, which is ended where they do not end, or where `isOver` says
 * that the rest does not matter.
 */
export async function runTests(
  { copy, switchesFile, tests }: SwitchedTests,
  plan: Plan,
  isOver: () => boolean = () => false,
): Promise<"ended" | "broken" | "endless"> {
  const planFile = `${plan.log}.plan`;
  writeFileSync(planFile, JSON.stringify(plan));
  writeFileSync(plan.log, "", { flag: "a" });
  const child = fork(join(import.meta.dirname, "switched.ts"), [copy, switchesFile, ...tests], {
    detached: true,
    // A mutant that only one input in a thousand shows would be noticed by chance.
    env: { ...process.env, PROPERTY_RUNS: "100", [planVariable]: planFile },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const began = Date.now();
  const end = () => endGroup(child);
  process.once("exit", end);
  try {
    for (;;) {
      const exit = await Promise.race([exited, setTimeout(2_000)]);
      const over = isOver();
      if (exit?.[0] === 0) return "ended";
      if (exit?.[0] === 3) return "broken";
      if (exit !== undefined) throw new Error(`the process of the tests ended with ${String(exit[0])}`);
      const isStuck = Date.now() - Math.max(began, statSync(plan.log).mtimeMs) > stuckMs;
      if (!over && !isStuck) continue;
      end();
      return over ? "ended" : "endless";
    }
  } finally {
    process.off("exit", end);
  }
}

/** Its workers, which may be in an endless loop, end with it. */
function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}
