import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

/** Vitest in a process of its own, for the test files of one target in a copy of the repository. */
export interface WarmVitest {
  /** Runs the tests after a file was changed. `endless` where they do not end in time. */
  run(file: string, timeoutMs: number): Promise<"failed" | "passed" | "endless">;
  end(): void;
}

type Message = { readonly ready: number } | { readonly failed: boolean };

export function warmVitest(folder: string, tests: readonly string[]): WarmVitest {
  let child: Promise<ChildProcess> | undefined;
  const start = async (): Promise<ChildProcess> => {
    const started = fork(join(import.meta.dirname, "warm.ts"), [folder, ...tests], {
      detached: true,
      // A mutant that only one input in a thousand shows would be noticed by chance.
      env: { ...process.env, PROPERTY_RUNS: "100" },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const first = await nextMessage(started);
    if (!("ready" in first) || first.ready === 0) throw new Error(`no test file matches ${tests.join(", ")}`);
    return started;
  };
  const end = (ended: ChildProcess) => {
    child = undefined;
    // Its workers, which may be in an endless loop, end with it.
    if (ended.pid !== undefined) process.kill(-ended.pid, "SIGKILL");
  };
  return {
    run: async (file, timeoutMs) => {
      const running = await (child ??= start());
      const answer = nextMessage(running);
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => resolve(undefined), timeoutMs);
      running.send(file);
      const message = await Promise.race([answer, late]);
      clearTimeout(timer);
      if (message === undefined) {
        end(running);
        return "endless";
      }
      return "failed" in message && message.failed ? "failed" : "passed";
    },
    end: () => {
      void child?.then(end);
    },
  };
}

function nextMessage(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const exited = () => reject(new Error("Vitest ended early"));
    child.once("exit", exited);
    child.once("message", (message) => {
      child.off("exit", exited);
      resolve(message as Message);
    });
  });
}
