import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/child-process.ts";

/** What the app registers, by the source of its one entry. */
export function registered() {
  const text = readFileSync(join(root, "src/index.ts"), "utf8");
  const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
  return {
    eventFunctions: named(/app\.eventGrid\("(\w+)"/g),
    /** Queues that it reads or writes. */
    queues: [...new Set([...named(/queueName: "([\w-]+)"/g), ...named(/\bqueue\("([\w-]+)"\)/g)])],
  };
}
