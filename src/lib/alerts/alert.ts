import { sha256 } from "../hash.ts";
import type { severityOf } from "./severity.ts";

/** The kinds that this version tells. */
export type AlertType = keyof typeof severityOf;

/** Something that a person must know; the fields are CloudEvents 1.0's. */
export interface Alert {
  /** Deterministic, so that a redelivery is recognised. */
  readonly id: string;
  readonly type: AlertType;
  /** The ARM id of what it is about. */
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `version` tells one occurrence from the next: what, which, and which version of it. */
export function alert(
  type: AlertType,
  subject: string,
  version: string,
  time: string,
  data: Alert["data"],
): Alert {
  const id = sha256(`${type}\n${subject}\n${version}`).slice(0, 32);
  return { id, type, subject, time, data };
}
