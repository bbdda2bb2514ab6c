import { object, text, type Schema } from "../json-schema.ts";

/** A type of alert, for people and programs: what it means, what its `data` holds, and an example. */
export interface AlertKind {
  /** Shown only in the documentation. The alert's own text is its `reason`. */
  readonly meaning: string;
  /** What its subject is. */
  readonly subject: string;
  /** That of the example, where it is no ARM id and not the first of the subject's literals. */
  readonly exampleSubject?: string;
  readonly required: Readonly<Record<string, Schema>>;
  readonly optional?: Readonly<Record<string, Schema>>;
  readonly example: Readonly<Record<string, unknown>>;
}

export const number: Schema = { type: "number" };
export const instant: Schema = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T" };

/** In every alert: what happened, and in some what to do. */
export const reason = { reason: text };

/** The JSON Schema of a kind's `data` (draft 7). Readers ignore members that they do not know. */
export function dataSchema({ required, optional = {} }: AlertKind): Schema {
  return { $schema: "http://json-schema.org/draft-07/schema#", ...object(required, optional) };
}
