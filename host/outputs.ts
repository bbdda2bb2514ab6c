import { connectionOf } from "./binding-settings.ts";
import type { InvocationResponse, RegisteredFunction, RpcTypedData } from "./functions-core.ts";
import { enqueue, type Queues } from "./queue.ts";

/** Writes what an invocation gave to its queue output bindings. */
export async function writeOutputs(
  queues: Queues,
  fn: RegisteredFunction,
  { outputData, returnValue }: InvocationResponse,
): Promise<void> {
  const outputs = [...(outputData ?? []), { name: "$return", data: returnValue }];
  for (const { name, data } of outputs) {
    const binding = fn.metadata.bindings[name];
    if (binding?.type !== "queue" || data === null || data === undefined) continue;
    const queue = await queues.client(connectionOf(binding.connection), String(binding.queueName));
    for (const text of messagesOf(data)) await enqueue(queue, text);
  }
}

/** The messages of an output: one for each member of an array. */
function messagesOf({ string, json }: RpcTypedData): string[] {
  if (json === undefined) return string === undefined ? [] : [string];
  const value: unknown = JSON.parse(json);
  return Array.isArray(value)
    ? value.map((each) => (typeof each === "string" ? each : JSON.stringify(each)))
    : [json];
}
