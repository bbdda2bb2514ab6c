import type { Log } from "../log.ts";
import type { Telemetry } from "../telemetry.ts";
import { isMissingRight } from "../estate/refusals.ts";
import { actionOf, type NeededRight } from "./action-of.ts";
import type { Seen } from "./wait-for-quota.ts";

/**
 * Counts the calls to ARM, and logs each that Azure answered with 403. A right that is missing in the requesters'
 * subscriptions otherwise shows only as holds: the facts that it would read are unknown. An alert rule of `infra/app`
 * finds the line. A path of ARM names a resource and holds no secret.
 */
export function observeCalls(telemetry: Telemetry, log: Log): Seen {
  return ({ kind, status, path, code }) => {
    telemetry.count("drawbridge.arm.calls", { kind, status: `${Math.floor(status / 100)}xx` });
    if (status === 429) telemetry.count("drawbridge.arm.throttled", { kind });
    if (status === 403) log.warn("Azure refused a request with 403", { resource: path, code });
  };
}

/**
 * Notes the rights that Azure refused; a 403 of an Azure Policy or of a deny assignment does not count. `drain` returns
 * them, each once, and forgets them.
 */
export function noteRefusals(): { readonly seen: Seen; readonly drain: () => readonly NeededRight[] } {
  const refused = new Map<string, NeededRight>();
  return {
    seen: ({ method, path, status, code }) => {
      const right = status === 403 && isMissingRight(code) ? actionOf(method, path) : undefined;
      if (right !== undefined) refused.set(`${right.action} ${right.subscription}`, right);
    },
    drain: () => {
      const drained = [...refused.values()];
      refused.clear();
      return drained;
    },
  };
}
