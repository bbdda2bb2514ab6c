import type { Schema } from "../../json-schema.ts";
import type { Alert, AlertType } from "../alert.ts";
import { dataSchema, type AlertKind } from "../catalogue-entry.ts";
import { sanitizeValue } from "../../sanitize-text.ts";
import { severityOf } from "../severity.ts";

/** An alert as a CloudEvent 1.0, in the JSON format. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Readonly<Record<string, unknown>>;
}

export function cloudEvent({ id, type, subject, time, data }: Alert): CloudEvent {
  return {
    specversion: "1.0",
    id,
    source: "/drawbridge",
    type,
    subject,
    time,
    datacontenttype: "application/json",
    data: { severity: severityOf[type], ...(sanitizeValue(data) as object) },
  };
}

/** The JSON Schema of a CloudEvent's `data`: that of the alert's kind, and the severity that every event has. */
export function eventDataSchema(type: AlertType, kind: AlertKind): Schema {
  const { properties, required, ...schema } = dataSchema(kind);
  return {
    ...schema,
    properties: { severity: { const: severityOf[type] }, ...(properties as object) },
    required: ["severity", ...(required as readonly string[])],
  };
}
