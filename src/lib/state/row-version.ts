import type { Json } from "../json.ts";
import type { Row } from "./rows.ts";

/**
 * The version of the shape of every row. A property that is added must be optional, so that rows that were written
 * without it stay readable and the version stays as it is. A change that older code must not touch raises it; then this
 * file has to read the older versions too.
 */
const version = 1;

/** Thrown for a row that a newer version of Drawbridge wrote: it is left alone. */
export class NewerRowVersion extends Error {
  override readonly name = "NewerRowVersion";
}

/** A value with the version of its shape. The table stores it as JSON, which leaves out what is undefined. */
export function rowValue(value: object): Row["value"] {
  return { ...(value as Readonly<Record<string, Json>>), v: version };
}

/**
 * What a row holds. Rows are ours alone, so that their shape, which the caller names, is trusted once their version
 * is known.
 * @throws {NewerRowVersion}
 */
export function valueOf<T>({ partition, row, value }: Row): T {
  const { v, ...rest } = value;
  if (v !== version)
    throw new NewerRowVersion(
      `row ${partition}/${row} has version ${JSON.stringify(v)}, and this is version ${version}; update Drawbridge`,
    );
  return rest as T;
}
