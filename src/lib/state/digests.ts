import { parseServiceId, type ServiceId } from "../azure/resource-id.ts";
import type { Digest, DigestChange, Digests } from "../connections/sweep/digest.ts";
import { allDigests, digestKey, sha256Of } from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, RowConflict, type Key, type Row, type Rows } from "./rows.ts";

/** Azure's limit of rows in one transaction. */
const batchMax = 100;
const triesMax = 10;

type Value = Digest & { readonly id: string };

/** The digests, spread over sixteen partitions by the service's hash. */
export function rowsDigests(rows: Rows): Digests {
  async function addBatch(partition: string, batch: readonly (Key & { value: Value })[]): Promise<void> {
    try {
      await rows.commit(
        partition,
        batch.map(({ row, value }) => ({ kind: "insert", row, value: rowValue(value) })),
      );
    } catch (error) {
      if (!(error instanceof RowConflict)) throw error;
      // One of them is there already, and the whole batch was refused for it: the others go one by one.
      if (batch.length > 1) for (const each of batch) await addBatch(partition, [each]);
    }
  }

  return {
    keyOf: ({ text }) => sha256Of(text),
    all: async () => {
      const found = new Map<string, Digest>();
      for await (const row of everyRow(rows, { partition: allDigests, prefix: "" }))
        found.set(row.row, digestFrom(row));
      return found;
    },
    service: async (key) => {
      const row = await rows.read(digestKey(key));
      return row && parseServiceId(valueOf<Value>(row).id);
    },
    add: async (services) => {
      const added = services.map(({ id, seen }) => ({
        ...digestKey(sha256Of(id.text)),
        value: { id: id.text, seen },
      }));
      for (const [partition, group] of Map.groupBy(added, (each) => each.partition))
        for (let from = 0; from < group.length; from += batchMax)
          await addBatch(partition, group.slice(from, from + batchMax));
    },
    change: async (id, part) => {
      const key = digestKey(sha256Of(id.text));
      for (let tries = 1; ; tries++) {
        try {
          return await changeOnce(rows, key, id, part);
        } catch (error) {
          if (!(error instanceof RowConflict) || tries === triesMax) throw error;
        }
      }
    },
  };
}

async function changeOnce(rows: Rows, key: Key, id: ServiceId, part: DigestChange): Promise<void> {
  const found = await rows.read(key);
  const value = rowValue({ seen: "", ...(found && valueOf<Value>(found)), id: id.text, ...part });
  await rows.commit(key.partition, [
    found === undefined
      ? { kind: "insert", row: key.row, value }
      : { kind: "replace", row: key.row, value, etag: found.etag },
  ]);
}

function digestFrom(row: Row): Digest {
  const { seen, readAt, goneSince } = valueOf<Value>(row);
  return {
    seen,
    ...(readAt === undefined ? {} : { readAt }),
    ...(goneSince === undefined ? {} : { goneSince }),
  };
}
