import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** A process that we started: it ends when we end it, and by itself when we are gone. */
export interface Part {
  readonly process: ChildProcess;
  /** Everything that it printed so far, a line each. */
  readonly lines: readonly string[];
  /** Resolves with the first line that fits, printed already or yet to come. */
  line(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray>;
  onLine(listener: (line: string) => void): void;
  /** Ends it and waits; `SIGKILL` gives it no chance to tidy up. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** How long a process may take to end by itself. */
const graceMs = 5_000;

export function startPart(
  file: string,
  options: {
    readonly args: readonly string[];
    readonly environment: NodeJS.ProcessEnv;
    readonly execArgv?: readonly string[];
    /** Where it runs; the repository where none is given. */
    readonly folder?: string;
    /** A command that runs another one somewhere else on this machine, such as in a network of its own. */
    readonly within?: readonly string[];
  },
): Part {
  const { within = [], execArgv = [], args, folder = root } = options;
  const [command = process.execPath, ...given] = [...within, process.execPath, ...execArgv, file, ...args];
  // Whoever measures what is run measures it here, too.
  const { NODE_V8_COVERAGE } = process.env;
  const measured = NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE };
  const child = spawn(command, given, {
    cwd: folder,
    env: { ...options.environment, ...measured },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        for (const listener of listeners) listener(line);
      }
    });
  }
  return {
    process: child,
    lines,
    line: (pattern, timeoutMs) => firstLine(pattern, timeoutMs, { lines, listeners, ended, file }),
    onLine: (listener) => listeners.add(listener),
    end: async (signal = "SIGTERM") => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(force);
    },
  };
}

function firstLine(
  pattern: RegExp,
  timeoutMs: number,
  part: {
    lines: readonly string[];
    listeners: Set<(line: string) => void>;
    ended: Promise<void>;
    file: string;
  },
): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    const listener = (line: string): void => {
      const match = pattern.exec(line);
      if (match === null) return;
      clearTimeout(timer);
      part.listeners.delete(listener);
      resolve(match);
    };
    const give = (why: string) => () => {
      clearTimeout(timer);
      part.listeners.delete(listener);
      reject(new Error(`${part.file} ${why}; it printed:\n${part.lines.slice(-20).join("\n")}`));
    };
    const timer = setTimeout(give(`did not print ${String(pattern)} within ${timeoutMs} ms`), timeoutMs);
    void part.ended.then(give("ended"));
    part.listeners.add(listener);
    part.lines.forEach(listener);
  });
}
