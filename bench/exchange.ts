import type { Serializable } from "node:child_process";
import type { ManagedProcess } from "../local/child-process.ts";

/** Sends a message to a process of the benchmark and resolves with its answer. */
export function exchange<T>({ process: child, lines }: ManagedProcess, message: Serializable): Promise<T> {
  return new Promise((resolve, reject) => {
    const exited = () => {
      reject(new Error(`a process of the benchmark exited: ${lines.slice(-5).join("\n")}`));
    };
    child.once("exit", exited);
    child.once("message", (answer) => {
      child.off("exit", exited);
      resolve(answer as T);
    });
    child.send(message);
  });
}
