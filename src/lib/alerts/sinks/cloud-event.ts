import type { Alert } from "../alert.ts";
import { plainValue } from "../../sanitize-text.ts";
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
    data: { severity: severityOf[type], ...(plainValue(data) as object) },
  };
}
