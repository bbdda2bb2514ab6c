import { parseConnectionId, type ConnectionId } from "../azure/resource-id.ts";
import type { ConnectionRecord } from "../connections/record/connection-record.ts";
import { connectionKey } from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import type { Row, Write } from "./rows.ts";

/** The write of a connection's record: an insert where it has no version yet. */
export function recordWrite({
  version,
  ...record
}: Omit<ConnectionRecord, "version"> & { readonly version?: string }): Write {
  const { row } = connectionKey(record.id);
  const value = rowValue({ ...record, id: record.id.text });
  return version === undefined
    ? { kind: "insert", row, value }
    : { kind: "replace", row, value, etag: version };
}

export function recordOf(row: Row): ConnectionRecord {
  const { id, ...record } = valueOf<Omit<ConnectionRecord, "id" | "version"> & { id: string }>(row);
  return { ...record, id: connectionIdOf(id), version: row.etag };
}

/** @throws where a row of ours names no connection: it was tampered with, and nothing may rest on it. */
export function connectionIdOf(text: string): ConnectionId {
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`a row names "${text}", which is no connection's id`);
  return id;
}
