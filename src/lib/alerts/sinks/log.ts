import type { Log } from "../../log.ts";
import type { Sink } from "../sink.ts";

/** The structured log: always a sink, and the only one that needs no setting. */
export function logSink(log: Log): Sink {
  return {
    name: "log",
    inProcess: true,
    send: ({ id, type, subject, time, data }) => {
      log.info("alert", { alert: { id, type, subject, time, data } });
      return Promise.resolve();
    },
  };
}
