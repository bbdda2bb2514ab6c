import type { Json } from "../json.ts";
import { pageMax, type Page } from "../page.ts";

export interface Key {
  readonly partition: string;
  readonly row: string;
}

export interface Row extends Key {
  /** Opaque; another value after every write. */
  readonly etag: string;
  readonly value: { readonly [key: string]: Json };
}

export type Write =
  | { readonly kind: "insert"; readonly row: string; readonly value: Row["value"] }
  /** Writes the row whatever is there. */
  | { readonly kind: "put"; readonly row: string; readonly value: Row["value"] }
  | { readonly kind: "replace"; readonly row: string; readonly value: Row["value"]; readonly etag: string };

export interface RowQuery {
  /** One partition, or every partition from one (inclusive) to another (exclusive). */
  readonly partition: string | { readonly from: string; readonly to: string };
  /** Rows whose key begins with this; empty for all. */
  readonly prefix: string;
  /** Only rows whose key sorts after this. */
  readonly after?: string;
  /** Only rows whose key sorts before this. */
  readonly below?: string;
  /** Only rows whose text properties equal these. The table reads the others too, but does not send them. */
  readonly where?: Readonly<Record<string, string>>;
  readonly top: number;
  readonly continuation?: string;
}

/** At most `top` rows; fewer rows with a continuation mean that there may be more. */
export interface RowPage {
  readonly rows: readonly Row[];
  readonly continuation?: string;
}

/** A table of rows as Azure Table Storage keeps them, with its limits. */
export interface Rows {
  read(key: Key): Promise<Row | undefined>;
  /** Sorted by partition, then row. @throws {ContinuationInvalid} for one that a table never gave */
  list(query: RowQuery): Promise<RowPage>;
  /**
   * All writes or none, within one partition. Returns the new etags, in order.
   * @throws {RowTooLarge} for more than `writesMax`
   * @throws {RowConflict} where a row to insert is there, or one to replace is not as it was read
   */
  commit(partition: string, writes: readonly Write[]): Promise<readonly string[]>;
  /** Removes a row; one that is gone already is no error. @throws {RowConflict} where it changed since it was read */
  remove(key: Key, etag: string): Promise<void>;
}

/** Azure's limit of rows in one transaction; Azurite has it too. */
export const writesMax = 100;

/** Maximum attempts on a contended row. */
const triesMax = 50;

export class RowConflict extends Error {
  override readonly name = "RowConflict";
}

/**
 * A row, or so many of them, that the table would not take; a bug of ours, since all that is stored is bounded before.
 */
export class RowTooLarge extends Error {
  override readonly name = "RowTooLarge";
}

/** The first text that does not begin with the prefix. */
export function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

/** Every row of a query, one after the other. */
export async function* everyRow(
  rows: Rows,
  query: Omit<RowQuery, "top" | "continuation">,
): AsyncGenerator<Row> {
  for await (const page of everyPage(rows, query)) yield* page;
}

/**
 * The same in pages of the table, for whoever needs all of them: a step of a generator for each of many rows takes
 * longer than the rest.
 */
export async function* everyPage(
  rows: Rows,
  query: Omit<RowQuery, "top" | "continuation">,
): AsyncGenerator<readonly Row[]> {
  let continuation: string | undefined;
  do {
    const page: RowPage = await rows.list({
      ...query,
      top: pageMax,
      ...(continuation === undefined ? {} : { continuation }),
    });
    yield page.rows;
    ({ continuation } = page);
  } while (continuation !== undefined);
}

/** One page of the values that `pick` makes of rows; it leaves out those that the caller does not want. */
export async function listPage<T>(
  rows: Rows,
  query: RowQuery,
  pick: (row: Row) => T | undefined,
): Promise<Page<T>> {
  const { rows: found, continuation } = await rows.list(query);
  const items = found.map(pick).filter((item) => item !== undefined);
  return { items, ...(continuation === undefined ? {} : { continuation }) };
}

/** Inserts rows of one partition, each unless it is there. */
export async function insertMissing(
  rows: Rows,
  partition: string,
  missing: readonly Extract<Write, { kind: "insert" }>[],
): Promise<void> {
  for (let from = 0; from < missing.length; from += writesMax) {
    const batch = missing.slice(from, from + writesMax);
    try {
      await rows.commit(partition, batch);
    } catch (error) {
      if (!(error instanceof RowConflict)) throw error;
      // One of the rows exists, and the table refused the whole batch. Insert the others one by one.
      if (batch.length > 1) for (const each of batch) await insertMissing(rows, partition, [each]);
    }
  }
}

/**
 * Runs work that reads rows and writes them with the etags that it read. On an etag conflict, runs it again from the
 * start.
 * @throws {RowConflict} where that happens too often to be chance
 */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RowConflict) || tries === triesMax) throw error;
    }
  }
}
