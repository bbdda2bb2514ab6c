import { alert, type Alert } from "../../alerts/alert.ts";
import type { Throttle } from "./throttle.ts";

export function breakerOpened(breaker: Throttle["by"], since: string, data: Alert["data"]): Alert {
  return alert("Drawbridge.BreakerOpened", `breaker/${breaker}`, since, since, { breaker, ...data });
}

export function breakerClosed(breaker: Throttle["by"], since: string, now: Date): Alert {
  return alert("Drawbridge.BreakerClosed", `breaker/${breaker}`, since, now.toISOString(), {
    breaker,
    since,
    reason: `it is over, after it began at ${since}; what was held meanwhile is reviewed`,
  });
}
