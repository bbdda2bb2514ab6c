import { sha256 } from "../hash.ts";
import type { severityOf } from "./severity.ts";

/** The types that this version raises. */
export type AlertType = keyof typeof severityOf;

/** Something that a person must know. The fields are those of CloudEvents 1.0. */
export interface Alert {
  /** Deterministic, so that a redelivery is recognised. */
  readonly id: string;
  readonly type: AlertType;
  /** The ARM id of what it is about. */
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One occurrence of an alert. `version` distinguishes it from other occurrences of the same type and subject. */
interface Occurrence {
  readonly version: string;
  readonly time: string;
  readonly data: Alert["data"];
}

export function alert(type: AlertType, subject: string, { version, time, data }: Occurrence): Alert {
  const id = sha256(`${type}\n${subject}\n${version}`).slice(0, 32);
  return { id, type, subject, time, data };
}
