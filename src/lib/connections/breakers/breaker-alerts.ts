import { alert, type Alert } from "../../alerts/alert.ts";
import { closedReason, openedReason } from "./breaker-texts.ts";
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
    data: { breaker, ...counted, reason: openedReason(breaker, reason) },
  });
}

export function breakerClosed(breaker: OpenBreaker["name"], since: string, now: Date): Alert {
  return alert("Drawbridge.BreakerClosed", `breaker/${breaker}`, {
    version: since,
    time: now.toISOString(),
    data: {
      breaker,
      since,
      reason: closedReason(breaker, since),
    },
  });
}
