import { alert, type Alert } from "../../alerts/alert.ts";
import type { OpenBreaker } from "./open-breaker.ts";

export function breakerOpened(breaker: OpenBreaker["name"], since: string, data: Alert["data"]): Alert {
  return alert("Drawbridge.BreakerOpened", `breaker/${breaker}`, {
    version: since,
    time: since,
    data: { breaker, ...data },
  });
}

export function breakerClosed(breaker: OpenBreaker["name"], since: string, now: Date): Alert {
  return alert("Drawbridge.BreakerClosed", `breaker/${breaker}`, {
    version: since,
    time: now.toISOString(),
    data: {
      breaker,
      since,
      reason: `the ${breaker} breaker closed, after it had been open since ${since}; what was held meanwhile is reviewed`,
    },
  });
}
