import { spawn } from "node:child_process";

/** What the compiler says of a file. */
interface Diagnostic {
  readonly source: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly level: string;
  readonly code: string;
  readonly message: string;
}

interface Compilation {
  readonly success: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The template as JSON; undefined where it does not compile. */
  readonly contents?: string;
}

/** Where a template is taken to be deployed. */
export interface Place {
  readonly tenantId: string;
  readonly subscriptionId?: string;
  readonly managementGroupId?: string;
  readonly location: string;
  readonly deploymentName: string;
}

/**
 * The real Bicep compiler as one process: the first compilation takes a second, each later one some tens of
 * milliseconds.
 */
export interface Bicep {
  compile(path: string): Promise<Compilation>;
  /** The resources as they would be deployed with a file of parameters; rejects where it does not compile. */
  snapshot(path: string, place: Place): Promise<string>;
  /** The text of a file as `bicep format` writes it. */
  format(path: string): Promise<string>;
  stop(): void;
}

/** A few dozen compilations end before it pays to compile the compiler's own code again, or to collect often. */
const forShortRuns = {
  DOTNET_TieredCompilation: "0",
  DOTNET_gcConcurrent: "0",
  DOTNET_GCgen0size: "0x8000000",
};

/** Starts `bicep jsonrpc`, which speaks JSON-RPC with the headers of the language server protocol. */
export function startBicep(program: string): Bicep {
  const child = spawn(program, ["jsonrpc", "--stdio"], {
    env: { ...process.env, ...forShortRuns },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, Waiting>();
  let received: Buffer = Buffer.alloc(0);
  let calls = 0;
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.once("error", failAll);
  child.once("exit", (code) => {
    failAll(new Error(`bicep ended with ${code}`));
  });
  child.stdout.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let message = take(); message !== undefined; message = take()) {
      const { id, result, error } = JSON.parse(message) as Reply;
      const caller = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) caller?.resolve(result);
      else caller?.reject(new Error(error.message));
    }
  });

  /** The next whole message; undefined until it is there. */
  function take(): string | undefined {
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, end).toString())?.[1]);
    const from = end + 4;
    if (received.length < from + length) return undefined;
    const message = received.subarray(from, from + length).toString();
    received = received.subarray(from + length);
    return message;
  }

  function call<T>(method: string, parameters: object): Promise<T> {
    const id = ++calls;
    const text = JSON.stringify({ jsonrpc: "2.0", id, method, params: [parameters] });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    }) as Promise<T>;
  }

  return {
    compile: (path) => call("bicep/compile", { path }),
    snapshot: async (path, metadata) => {
      const answer = await call<{ readonly snapshot: string }>("bicep/getSnapshot", { path, metadata });
      return answer.snapshot;
    },
    format: async (path) => (await call<{ readonly contents: string }>("bicep/format", { path })).contents,
    stop: () => {
      child.kill();
    },
  };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}
