import { randomUUID } from "node:crypto";
import type { InvocationResponse, RegisteredFunction, RpcTypedData, Runtime } from "./functions-core.ts";

export interface Trigger {
  readonly data: RpcTypedData;
  readonly metadata?: Readonly<Record<string, RpcTypedData>>;
}

export type Invoke = (fn: RegisteredFunction, trigger: Trigger) => Promise<InvocationResponse>;

/** Invokes functions as the Functions worker does: arguments, handler, response. */
export function invoker(runtime: Runtime, log: (line: string) => void): Invoke {
  return async ({ metadata, handler }, trigger) => {
    if (runtime.model === undefined) throw new Error("the app registered no programming model");
    const name = Object.entries(metadata.bindings).find(([, binding]) => isTrigger(binding.type))?.[0];
    const model = runtime.model.getInvocationModel({
      invocationId: randomUUID(),
      metadata,
      request: { inputData: [{ name, data: trigger.data }], triggerMetadata: trigger.metadata ?? {} },
      state: undefined,
      log: (level: string, _category: string, message: string) => {
        log(`[${level}] ${metadata.name}: ${message}`);
      },
    });
    const { context, inputs } = await model.getArguments();
    const result = await model.invokeFunction(context, inputs, handler);
    return model.getResponse(context, result);
  };
}

function isTrigger(type: string): boolean {
  return type.toLowerCase().endsWith("trigger");
}

/** The binding that starts a function. */
export function triggerOf({ metadata }: RegisteredFunction) {
  const binding = Object.values(metadata.bindings).find(({ type }) => isTrigger(type));
  if (binding === undefined) throw new Error(`${metadata.name} has no trigger`);
  return binding;
}

/** The text of an error for the host's own log; it is never sent to a caller. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
