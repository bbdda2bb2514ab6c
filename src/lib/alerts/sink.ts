import type { Alert } from "./alert.ts";

/** Where alerts go. */
export interface Sink {
  readonly name: string;
  /** Whether it is of this process: then it is told as soon as an alert is written, and keeps nobody waiting. */
  readonly inProcess?: true;
  /** Rejects where the alert was not taken; then it is told again, under the same id. */
  send(alert: Alert): Promise<void>;
}

/** Which sinks an alert goes to, by their names. */
export type Routes = (alert: Pick<Alert, "type" | "data">) => readonly string[];

/** Thrown by a sink that did not take an alert. `why` is ours, and repeats nothing of what the sink answered. */
export class DeliveryError extends Error {
  override readonly name = "NotTaken";
  readonly why: string;
  /** How long the sink asks us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(why: string, retryAfterMs?: number) {
    super(why);
    this.why = why;
    this.retryAfterMs = retryAfterMs;
  }
}
