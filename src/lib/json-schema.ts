/** A JSON Schema, and the pieces that the schemas of alerts and of the API are put together from. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: "string" };
export const texts: Schema = { type: "array", items: text };
export const list = (items: Schema): Schema => ({ type: "array", items });

/** More than it names may be there: readers ignore what they do not know. */
export function object(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return { type: "object", properties: { ...required, ...optional }, required: Object.keys(required) };
}
