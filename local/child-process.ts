import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** Where processes keep their compiled code for the next start. */
export const compiledFolder = join(root, "node_modules/.cache/drawbridge/compiled");

/** A child process that ends when we end it, and by itself when this process ends. */
export interface ManagedProcess {
  readonly process: ChildProcess;
  /** The lines that it has printed so far. */
  readonly lines: readonly string[];
  /** Resolves with the first matching line, whether it was printed before the call or is printed later. */
  waitForLine(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray>;
  onLine(listener: (line: string) => void): void;
  /** Ends it and waits until it has exited; `SIGKILL` leaves it no time to clean up. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

export interface ProcessOptions {
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  /** The working directory; the repository by default. */
  readonly folder?: string;
  /** A command that runs another command in a different context, such as a network namespace. */
  readonly within?: readonly string[];
}

/** How long a process may take to exit after a signal, before it is killed. */
const gracePeriodMs = 5_000;

/** Runs a file in a Node process of its own. */
export function startProcess(file: string, options: ProcessOptions): ManagedProcess {
  const { within = [], execArgv = [], args, folder = root } = options;
  const [command = process.execPath, ...rest] = [...within, process.execPath, ...execArgv, file, ...args];
  // Coverage of this process includes its child processes. Otherwise they keep their compiled code for the next start:
  // it saves a quarter of what the app and Azurite take to start, but makes coverage less precise.
  const { NODE_V8_COVERAGE } = process.env;
  const inherited =
    NODE_V8_COVERAGE === undefined ? { NODE_COMPILE_CACHE: compiledFolder } : { NODE_V8_COVERAGE };
  const child = spawn(command, rest, {
    cwd: folder,
    env: { ...options.environment, ...inherited },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const output: Output = { file, lines: [], listeners: new Set() };
  readLines(child, output);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    process: child,
    lines: output.lines,
    waitForLine: (pattern, timeoutMs) => waitForLine(pattern, timeoutMs, output, exited),
    onLine: (listener) => output.listeners.add(listener),
    end: async (signal = "SIGTERM") => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const kill = setTimeout(() => child.kill("SIGKILL"), gracePeriodMs);
      await exited;
      clearTimeout(kill);
    },
  };
}

interface Output {
  readonly file: string;
  readonly lines: string[];
  readonly listeners: Set<(line: string) => void>;
}

function readLines(child: ChildProcess, { lines, listeners }: Output): void {
  for (const stream of [child.stdout, child.stderr]) {
    let incomplete = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const parts = (incomplete + text).split("\n");
      incomplete = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        for (const listener of listeners) listener(line);
      }
    });
  }
}

function waitForLine(
  pattern: RegExp,
  timeoutMs: number,
  { file, lines, listeners }: Output,
  exited: Promise<void>,
): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    const listener = (line: string): void => {
      const match = pattern.exec(line);
      if (match === null) return;
      clearTimeout(timer);
      listeners.delete(listener);
      resolve(match);
    };
    const fail = (reason: string) => () => {
      clearTimeout(timer);
      listeners.delete(listener);
      reject(new Error(`${file} ${reason}; it printed:\n${lines.slice(-20).join("\n")}`));
    };
    const timer = setTimeout(fail(`did not print ${String(pattern)} within ${timeoutMs} ms`), timeoutMs);
    void exited.then(fail("exited"));
    listeners.add(listener);
    lines.forEach(listener);
  });
}
