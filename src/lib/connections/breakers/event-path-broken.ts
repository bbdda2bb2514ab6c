import { alert, type Alert } from "../../alerts/alert.ts";
import { eventPathReason } from "../../alerts/reasons-of-the-app.ts";

/** Sweeps find most requests, so events do not arrive. */
export function eventPathBroken(now: Date, swept: number, all: number): Alert {
  const at = now.toISOString();
  return alert("Drawbridge.EventPathBroken", "events", {
    version: at,
    time: at,
    data: {
      foundBySweep: swept,
      requests: all,
      reason: eventPathReason(swept, all),
    },
  });
}
