import type { Log } from "../log.ts";
import type { Telemetry } from "../telemetry.ts";
import { actionOf, type NeededRight } from "./action-of.ts";
import type { Seen } from "./budgeted.ts";

/**
 * Counts the calls to ARM, and logs each that Azure answered with 403. A right that is missing in the requesters'
 * subscriptions otherwise shows only as holds: the facts that it would read are unknown. An alert rule of `infra/app`
 * finds the line. A path of ARM names a resource and holds no secret.
 */
export function observeCalls(telemetry: Telemetry, log: Log): Seen {
  return ({ kind, status, path }) => {
    telemetry.count("drawbridge.arm.calls", { kind, status: `${Math.floor(status / 100)}xx` });
    if (status === 429) telemetry.count("drawbridge.arm.throttled", { kind });
    if (status === 403) log.warn("Azure refused a request with 403", { resource: path });
  };
}

/** Notes the rights that Azure refused with 403; `drain` returns them, each once, and forgets them. */
export function noteRefusals(): { readonly seen: Seen; readonly drain: () => readonly NeededRight[] } {
  const refused = new Map<string, NeededRight>();
  return {
    seen: ({ method, path, status }) => {
      const right = status === 403 ? actionOf(method, path) : undefined;
      if (right !== undefined) refused.set(`${right.action} ${right.subscription}`, right);
    },
    drain: () => {
      const drained = [...refused.values()];
      refused.clear();
      return drained;
    },
  };
}
