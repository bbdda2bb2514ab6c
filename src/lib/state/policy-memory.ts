import type { PolicyMemory } from "../alerts/tell-policy.ts";
import { outboxWrites } from "./outbox.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { RowConflict, type Rows, type Write } from "./rows.ts";

const partition = "app";
const row = "policy";

/** The row `policy`: the hash of the last policy that people were told about. */
export function rowsPolicyMemory(rows: Rows, sinks: readonly string[]): PolicyMemory {
  return {
    tellOnce: async (hash, alert) => {
      const found = await rows.read({ partition, row });
      if (found !== undefined && valueOf<{ told: string }>(found).told === hash) return;
      const value = rowValue({ told: hash });
      const memory: Write =
        found === undefined
          ? { kind: "insert", row, value }
          : { kind: "replace", row, value, etag: found.etag };
      try {
        await rows.commit(partition, [memory, ...outboxWrites([alert], sinks)]);
      } catch (error) {
        // Another process told it in the same moment.
        if (!(error instanceof RowConflict)) throw error;
      }
    },
  };
}
