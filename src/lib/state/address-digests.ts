import type { Addressed } from "../addresses/model/baseline.ts";
import type {
  AddressDigest,
  AddressDigests,
  DigestUpdate,
  KnownDigest,
  UnobservedResource,
} from "../addresses/model/digest.ts";
import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import { addressDigestKey, allAddressDigests, idHash } from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import {
  everyRow,
  RowConflict,
  retryOnConflict,
  writesMax,
  type Row,
  type Rows,
  type Write,
} from "./rows.ts";

type Value = AddressDigest & { readonly id: string };

/** The digests of resources that have addresses, spread over sixteen partitions by the hash of the id. */
export function rowsAddressDigests(rows: Rows): AddressDigests {
  return {
    keyOf,
    all: async () => {
      const found = new Map<string, KnownDigest>();
      for await (const row of everyRow(rows, { partition: allAddressDigests, prefix: "" }))
        found.set(row.row, digestFrom(row));
      return found;
    },
    resource: async (key) => {
      const row = await rows.read(addressDigestKey(key));
      const id = row === undefined ? "" : valueOf<Value>(row).id;
      return parseServiceId(id) ?? parsePublicIpId(id);
    },
    find: async (resource) => {
      const row = await rows.read(addressDigestKey(keyOf(resource)));
      return row && digestFrom(row);
    },
    unobserved: async (resource) => {
      if (resource !== undefined) {
        const row = await rows.read(addressDigestKey(keyOf(resource)));
        return row === undefined ? [] : unobservedIn(row);
      }
      const found: UnobservedResource[] = [];
      for await (const row of everyRow(rows, { partition: allAddressDigests, prefix: "" }))
        found.push(...unobservedIn(row));
      return found;
    },
    save: async (remembered) => {
      const writes = remembered.map((each) => ({
        ...addressDigestKey(keyOf(each.resource)),
        write: writeOf(keyOf(each.resource), each),
      }));
      for (const [partition, group] of Map.groupBy(writes, (each) => each.partition))
        for (let from = 0; from < group.length; from += writesMax)
          await saveBatch(
            rows,
            partition,
            group.slice(from, from + writesMax).map(({ write }) => write),
          );
    },
    invalidate: (resource) =>
      retryOnConflict(() =>
        changeOnce(rows, resource, ({ again: _, ...digest }) => ({ ...digest, hash: "" })),
      ),
    markObserved: (resource) =>
      retryOnConflict(() =>
        changeOnce(rows, resource, (found) => {
          const { unobserved, ...digest } = found;
          return unobserved === undefined ? undefined : digest;
        }),
      ),
    forget: (resource) => retryOnConflict(() => forgetOnce(rows, resource)),
  };
}

function keyOf({ text }: Pick<Addressed, "text">): string {
  return idHash(text);
}

async function saveBatch(rows: Rows, partition: string, writes: readonly Write[]): Promise<void> {
  try {
    await rows.commit(partition, writes);
  } catch (error) {
    if (!(error instanceof RowConflict)) throw error;
    // One of the rows changed, and the table refused the whole batch. Save the others one by one.
    if (writes.length > 1) for (const each of writes) await saveBatch(rows, partition, [each]);
  }
}

/** Changes a digest that there is; `to` returns undefined for one that may stay as it is. */
async function changeOnce(
  rows: Rows,
  resource: Addressed,
  to: (found: Value) => Value | undefined,
): Promise<void> {
  const key = addressDigestKey(keyOf(resource));
  const found = await rows.read(key);
  const changed = found && to(valueOf<Value>(found));
  if (found === undefined || changed === undefined) return;
  const value = rowValue(changed);
  await rows.commit(key.partition, [{ kind: "replace", row: key.row, value, etag: found.etag }]);
}

function unobservedIn(row: Row): readonly UnobservedResource[] {
  const { id, unobserved } = valueOf<Value>(row);
  return unobserved === undefined ? [] : [{ resource: id, ...unobserved }];
}

async function forgetOnce(rows: Rows, resource: Addressed): Promise<void> {
  const key = addressDigestKey(keyOf(resource));
  const found = await rows.read(key);
  if (found !== undefined) await rows.remove(key, found.etag);
}

function writeOf(row: string, { resource, digest, version }: DigestUpdate): Write {
  const value = rowValue({ ...digest, id: resource.text });
  return version === undefined
    ? { kind: "insert", row, value }
    : { kind: "replace", row, value, etag: version };
}

function digestFrom(row: Row): KnownDigest {
  const { id: _, ...digest } = valueOf<Value>(row);
  return { ...digest, version: row.etag };
}
