import type { PolicyMemory } from "../alerts/tell-policy.ts";
import { outboxWrites } from "./outbox.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { RowConflict, type Rows, type Write } from "./rows.ts";

const partition = "app";

/** A row for each thing that people are told about the policy: which version of it they were told last. */
export function rowsPolicyMemory(rows: Rows, sinks: readonly string[]): PolicyMemory {
  return {
    tellOnce: async (row, version, alert) => {
      const found = await rows.read({ partition, row });
      if (found !== undefined && valueOf<{ told: string }>(found).told === version) return;
      const value = rowValue({ told: version });
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
