import { parseServiceId, type ServiceId } from "../azure/resource-id.ts";
import type { Digest, Digests } from "../connections/digests.ts";
import { allDigests, digestKey, idHash } from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, insertMissing, retryOnConflict, type Row, type Rows } from "./rows.ts";

type Value = Digest & { readonly id: string };
type Change = (found: Digest | undefined) => Digest | undefined;

/** The digests of services, spread over sixteen partitions by the hash of the id. */
export function rowsDigests(rows: Rows): Digests {
  const change = (id: ServiceId, to: Change) => retryOnConflict(() => changeOnce(rows, id, to));
  return {
    keyOf: ({ text }) => idHash(text),
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
        ...digestKey(idHash(id.text)),
        value: { id: id.text, seen },
      }));
      for (const [partition, group] of Map.groupBy(added, (each) => each.partition))
        await insertMissing(
          rows,
          partition,
          group.map(({ row, value }) => ({ kind: "insert", row, value: rowValue(value) })),
        );
    },
    markCurrent: (id, seen, doubts) =>
      change(id, (found) => (found?.doubts === doubts ? { ...found, seen } : undefined)),
    invalidate: (id, adoptedAt) =>
      change(id, (found) => {
        const { empty: _, ...rest } = found ?? {};
        const adopted = adoptedAt === undefined ? {} : { adoptedAt };
        return { ...rest, ...adopted, seen: "", doubts: (found?.doubts ?? 0) + 1 };
      }),
    read: (id, read) =>
      change(id, (found = { seen: "" }) => {
        const { goneSince: _, empty: _empty, judgedBy: _judgedBy, ...rest } = found;
        return { ...rest, ...read };
      }),
    forget: async (id) => {
      const key = digestKey(idHash(id.text));
      const found = await rows.read(key);
      if (found !== undefined) await rows.remove(key, found.etag);
    },
  };
}

async function changeOnce(rows: Rows, id: ServiceId, to: Change): Promise<void> {
  const key = digestKey(idHash(id.text));
  const found = await rows.read(key);
  const digest = to(found && digestFrom(found));
  if (digest === undefined) return;
  const value = rowValue({ ...digest, id: id.text });
  await rows.commit(key.partition, [
    found === undefined
      ? { kind: "insert", row: key.row, value }
      : { kind: "replace", row: key.row, value, etag: found.etag },
  ]);
}

function digestFrom(row: Row): Digest {
  const { id: _, ...digest } = valueOf<Value>(row);
  return digest;
}
