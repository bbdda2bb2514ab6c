export type Schema = Readonly<Record<string, unknown>>;

/** A kind of alert, as people and programs get it: what it means, what its `data` holds, and an example of that. */
export interface AlertKind {
  readonly summary: string;
  /** What its subject is. */
  readonly subject: string;
  readonly required: Readonly<Record<string, Schema>>;
  readonly optional?: Readonly<Record<string, Schema>>;
  readonly example: Readonly<Record<string, unknown>>;
}

export const text: Schema = { type: "string" };
export const number: Schema = { type: "number" };
export const instant: Schema = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T" };
export const texts: Schema = { type: "array", items: text };
export const list = (items: Schema): Schema => ({ type: "array", items });
export const record = (
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema => ({
  type: "object",
  properties: { ...required, ...optional },
  required: Object.keys(required),
});

/** In every alert: what happened and what to do, in words. */
export const reason = { reason: text };

/** The JSON Schema of a kind's `data` (draft 7). More may be there: readers ignore what they do not know. */
export function dataSchema({ required, optional = {} }: AlertKind): Schema {
  return { $schema: "http://json-schema.org/draft-07/schema#", ...record(required, optional) };
}
