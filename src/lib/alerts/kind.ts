import { object, text, type Schema } from "../json-schema.ts";

/** A kind of alert, as people and programs get it: what it means, what its `data` holds, and an example of that. */
export interface AlertKind {
  readonly summary: string;
  /** What its subject is. */
  readonly subject: string;
  readonly required: Readonly<Record<string, Schema>>;
  readonly optional?: Readonly<Record<string, Schema>>;
  readonly example: Readonly<Record<string, unknown>>;
}

export const number: Schema = { type: "number" };
export const instant: Schema = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T" };

/** In every alert: what happened and what to do, in words. */
export const reason = { reason: text };

/** The JSON Schema of a kind's `data` (draft 7). More may be there: readers ignore what they do not know. */
export function dataSchema({ required, optional = {} }: AlertKind): Schema {
  return { $schema: "http://json-schema.org/draft-07/schema#", ...object(required, optional) };
}
