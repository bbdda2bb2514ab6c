import type { Alert } from "./alert.ts";

/** Where alerts go. */
export interface Sink {
  readonly name: string;
  /** Whether it is part of this process: it then receives an alert as soon as the alert is written, without a wait. */
  readonly inProcess?: true;
  /** Why it cannot be used at all, such as a setting without a value; undefined for a usable one. */
  readonly unavailable?: string;
  /** Rejects where the sink did not accept the alert, which is then sent again under the same id. */
  send(alert: Alert): Promise<void>;
}

/** Which sinks an alert goes to, by their names. */
export type Routes = (alert: Pick<Alert, "type" | "data">) => readonly string[];

/** Thrown by a sink that did not accept an alert. `why` is our own text and repeats nothing of the sink's answer. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly why: string;
  /** How long the sink asks us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(why: string, retryAfterMs?: number, options?: ErrorOptions) {
    super(why, options);
    this.why = why;
    this.retryAfterMs = retryAfterMs;
  }
}
