import type { Log } from "../log.ts";
import type { Telemetry } from "../telemetry.ts";
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
