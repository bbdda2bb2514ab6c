import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Json } from "../json.ts";
import { RowTooLarge, type Row } from "./rows.ts";

/** A property of a table's entity: a scalar, or bytes. */
export type Property = string | number | boolean | Uint8Array;

/** Azure Table Storage: 64 KiB a property (32 Ki UTF-16 units of text), 252 properties and 1 MiB an entity. */
export const textMax = 32 * 1024;
const bytesMax = 64 * 1024;
/** Up to here an object stays readable. */
const readableMax = 2048;
export const propertiesMax = 252;
const entityMax = 1024 * 1024;

/**
 * A row's value as an entity's properties. Scalars stay columns that can be read in any storage browser, and so
 * do small objects, as JSON (`verdict` → `verdict__json`). What is larger is deflated and split
 * (`facts` → `facts__z0`, `facts__z1`).
 * Null and undefined are left out. Azurite does not check the table's limits, so they are checked here.
 * @throws {RowTooLarge}
 */
export function toEntity(value: Row["value"]): Record<string, Property> {
  const properties: Record<string, Property> = {};
  let [count, size] = [0, 0];
  for (const [name, each] of Object.entries(value))
    for (const [column, property] of toColumns(name, each)) {
      properties[column] = property;
      count++;
      size += column.length * 2 + sizeOf(property);
    }
  // Keys, etag and timestamp count too; 4 KiB is more than they take.
  if (count > propertiesMax || size > entityMax - 4096)
    throw new RowTooLarge(`a row of ${count} properties and ${size} bytes does not fit`);
  return properties;
}

function toColumns(name: string, value: Json | undefined): [string, Property][] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object" && !(typeof value === "string" && value.length > textMax))
    return [[name, value]];
  const json = JSON.stringify(value);
  if (json.length <= readableMax) return [[`${name}__json`, json]];
  const bytes = deflateRawSync(json);
  const parts = Math.ceil(bytes.length / bytesMax);
  return Array.from({ length: parts }, (_, index): [string, Property] => [
    `${name}__z${index}`,
    bytes.subarray(index * bytesMax, (index + 1) * bytesMax),
  ]);
}

function sizeOf(property: Property): number {
  if (typeof property === "string") return property.length * 2;
  return property instanceof Uint8Array ? property.length : 8;
}

/** The value of an entity that `toEntity` made. */
export function fromEntity(properties: Readonly<Record<string, Property>>): Row["value"] {
  const value: Record<string, Json> = {};
  const parts = new Map<string, Uint8Array[]>();
  for (const [name, property] of Object.entries(properties)) {
    const [, base, index] = /^(.+)__(?:z(\d+)|json)$/.exec(name) ?? [];
    if (base === undefined) value[name] = property as Json;
    else if (typeof property === "string") value[base] = JSON.parse(property) as Json;
    else if (property instanceof Uint8Array)
      parts.set(base, Object.assign(parts.get(base) ?? [], { [Number(index)]: property }));
  }
  for (const [name, list] of parts)
    value[name] = JSON.parse(inflateRawSync(Buffer.concat(list)).toString()) as Json;
  return value;
}
