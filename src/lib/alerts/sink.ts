import type { Log } from "../log.ts";
import type { Alert } from "./alert.ts";

/** Where alerts go. Rejects where the alert was not taken; then it is told again, under the same id. */
export interface Sink {
  readonly name: string;
  tell(alert: Alert): Promise<void>;
}

/** The structured log: always a sink, and the only one that needs no setting. */
export function logSink(log: Log): Sink {
  return {
    name: "log",
    tell: ({ id, type, subject, time, data }) => {
      log.info("alert", { alert: { id, type, subject, time, data } });
      return Promise.resolve();
    },
  };
}
