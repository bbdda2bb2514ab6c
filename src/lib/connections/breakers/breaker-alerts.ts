import { alert, type Alert } from "../../alerts/alert.ts";
import { breakerRemedy } from "./breaker-texts.ts";
import type { OpenBreaker } from "./open-breaker.ts";

interface Opened {
  readonly max: number;
  readonly until: string;
  readonly reason: string;
  readonly requests?: number;
  readonly approvals?: number;
}

export function breakerOpened(
  breaker: OpenBreaker["name"],
  since: string,
  { reason, ...counted }: Opened,
): Alert {
  return alert("Drawbridge.BreakerOpened", `breaker/${breaker}`, {
    version: since,
    time: since,
    data: { breaker, ...counted, reason: `${reason}. ${breakerRemedy(breaker)}` },
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
