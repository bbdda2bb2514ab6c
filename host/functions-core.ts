import { Module } from "node:module";

/**
 * The module `@azure/functions-core`, which the Functions worker provides to the package `@azure/functions`. It has
 * only what the package calls. Types follow the package's own sources (4.16).
 */
export interface RpcTypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: RpcHttp;
  int?: number;
  double?: number;
}

interface RpcHttp {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, { value: string }>;
  nullableQuery?: Record<string, { value: string }>;
  nullableParams?: Record<string, { value: string }>;
  body?: RpcTypedData | null;
  statusCode?: string;
  headers?: Record<string, string>;
}

interface Binding {
  readonly name?: string;
  readonly type: string;
  readonly direction: "in" | "out";
  readonly [setting: string]: unknown;
}

interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

type Handler = (...inputs: unknown[]) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly handler: Handler;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: Handler): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface InvocationResponse {
  readonly outputData?: readonly { readonly name: string; readonly data: RpcTypedData }[];
  readonly returnValue?: RpcTypedData | null;
}

interface ProgrammingModel {
  getInvocationModel(context: unknown): InvocationModel;
}

export interface Runtime {
  readonly functions: Map<string, RegisteredFunction>;
  model?: ProgrammingModel;
}

/**
 * Makes every `require("@azure/functions-core")` in this process return the host's module. Call it before loading the
 * app.
 */
export function provideFunctionsCore(log: (line: string) => void): Runtime {
  const runtime: Runtime = { functions: new Map() };
  class Disposable {
    dispose(): void {
      // The package disposes of hooks, and this host runs none.
    }
  }
  const core = {
    version: "3.0.0",
    hostVersion: "4.1000.0",
    Disposable,
    registerHook: () => new Disposable(),
    setProgrammingModel: (model: ProgrammingModel) => {
      runtime.model = model;
    },
    getProgrammingModel: () => runtime.model,
    log: (level: string, _category: string, message: string) => {
      log(`[${level}] ${message}`);
    },
    registerFunction: (metadata: FunctionMetadata, handler: Handler) => {
      runtime.functions.set(metadata.name.toLowerCase(), { metadata, handler });
      return new Disposable();
    },
  };
  // It is called below with the requiring module as `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const original = Module.prototype.require;
  Module.prototype.require = function require(this: Module, id: string) {
    return id === "@azure/functions-core" ? core : (original.call(this, id) as unknown);
  } as typeof original;
  return runtime;
}
