import type { TableClient, TransactionAction } from "@azure/data-tables";
import { ContinuationInvalid } from "../page.ts";
import { fromEntity, toEntity, type Property } from "./entity.ts";
import {
  prefixEnd,
  RowConflict,
  RowTooLarge,
  writesMax,
  type Row,
  type RowQuery,
  type Rows,
  type Write,
} from "./rows.ts";

/** Rows in Azure Table Storage. `client` is a promise, so that the SDK is loaded when it is first needed. */
export function tableRows(client: () => Promise<TableClient>): Rows {
  return {
    read: async ({ partition, row }) => {
      try {
        return toRow(await (await client()).getEntity(partition, row));
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    list: async (query) => {
      const { continuation } = query;
      if (continuation !== undefined && !isContinuation(continuation)) throw notGiven();
      const pages = (await client())
        .listEntities<Entity>({ queryOptions: { filter: filterOf(query) } })
        .byPage({
          maxPageSize: query.top,
          ...(continuation === undefined ? {} : { continuationToken: continuation }),
        });
      try {
        const { value: page } = await pages.next();
        const entities = (page ?? []) as Entity[] & { continuationToken?: string };
        const { continuationToken } = entities;
        return {
          rows: entities.map(toRow),
          ...(continuationToken ? { continuation: continuationToken } : {}),
        };
      } catch (error) {
        // Our filters are well-formed, so the table refused the continuation.
        throw continuation !== undefined && statusOf(error) === 400 ? notGiven() : error;
      }
    },
    commit: async (partition, writes) => {
      if (writes.length > writesMax) throw new RowTooLarge(`a transaction takes ${writesMax} rows at most`);
      try {
        const response = await (
          await client()
        ).submitTransaction(writes.map((write) => toAction(partition, write)));
        // By position: an answer names the row only if the service sent a Location.
        return writes.map((_, index) => etagOf(response.subResponses[index]?.etag));
      } catch (error) {
        throw isConflict(error) ? new RowConflict("a row is not as it was read", { cause: error }) : error;
      }
    },
    remove: async ({ partition, row }, etag) => {
      try {
        await (await client()).deleteEntity(partition, row, { etag });
      } catch (error) {
        if (statusOf(error) === 404) return;
        throw isConflict(error)
          ? new RowConflict(`row ${row} is not as it was read`, { cause: error })
          : error;
      }
    },
  };
}

function notGiven(): ContinuationInvalid {
  return new ContinuationInvalid("this continuation was not given by this table");
}

/** Two keys, of a kibibyte at most, encoded twice. */
const continuationMax = 8_192;
const continuationKeys = ["nextPartitionKey", "nextRowKey"];

/** The SDK's tokens are base64 of a JSON object with two texts, and it fails obscurely on others. */
function isContinuation(text: string): boolean {
  if (text.length > continuationMax) return false;
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, "base64").toString());
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  if (typeof token !== "object" || token === null || Array.isArray(token)) return false;
  const isKey = ([name, value]: [string, unknown]) =>
    continuationKeys.includes(name) && typeof value === "string" && value !== "";
  return "nextPartitionKey" in token && Object.entries(token).every(isKey);
}

type Entity = { partitionKey?: string; rowKey?: string; etag?: string; timestamp?: string };

/** The SDK's default etag for an update is "*", which overwrites whatever is there: ours is always named. */
function toAction(partition: string, write: Write): TransactionAction {
  const entity = { partitionKey: partition, rowKey: write.row, ...toEntity(write.value) };
  switch (write.kind) {
    case "insert":
      return ["create", entity];
    case "put":
      return ["upsert", entity, "Replace"];
    case "replace":
      return ["update", entity, "Replace", { etag: write.etag }];
  }
}

function toRow({ partitionKey, rowKey, etag, timestamp: _, ...properties }: Entity): Row {
  const own = Object.entries(properties).filter(([name]) => !name.startsWith("odata."));
  return {
    partition: partitionKey ?? "",
    row: rowKey ?? "",
    etag: etagOf(etag),
    value: fromEntity(Object.fromEntries(own) as Record<string, Property>),
  };
}

function etagOf(etag: string | undefined): string {
  if (etag === undefined) throw new Error("the table answered without an etag");
  return etag;
}

/**
 * Partitions and keys are ours (hashes and fixed words), never a requester's text, so only values have to be escaped.
 */
function filterOf({ partition, prefix, after, below, where = {} }: RowQuery): string {
  const upper = below ?? (prefix === "" ? undefined : prefixEnd(prefix));
  return [
    ...(typeof partition === "string"
      ? [`PartitionKey eq '${partition}'`]
      : [`PartitionKey ge '${partition.from}'`, `PartitionKey lt '${partition.to}'`]),
    ...(after !== undefined ? [`RowKey gt '${after}'`] : prefix === "" ? [] : [`RowKey ge '${prefix}'`]),
    ...(upper === undefined ? [] : [`RowKey lt '${upper}'`]),
    ...Object.entries(where).map(([name, value]) => `${name} eq '${value.replaceAll("'", "''")}'`),
  ].join(" and ");
}

/**
 * 409: the row to insert is there. 412: it changed. 404: it is gone. Each means that another attempt changed the row.
 */
function isConflict(error: unknown): boolean {
  return [404, 409, 412].includes(statusOf(error) ?? 0);
}

function statusOf(error: unknown): number | undefined {
  const status =
    typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" ? status : undefined;
}
