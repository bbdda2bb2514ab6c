import { alert, type Alert } from "../../alerts/alert.ts";

/** Sweeps find most requests, so events do not arrive. */
export function eventPathBroken(now: Date, swept: number, all: number): Alert {
  const at = now.toISOString();
  return alert("Drawbridge.EventPathBroken", "events", {
    version: at,
    time: at,
    data: {
      foundBySweep: swept,
      requests: all,
      reason:
        `${swept} of ${all} requests of the last hour were found by a sweep, without any event; ` +
        "check that the Event Grid subscription is there and that its deliveries succeed",
    },
  });
}
