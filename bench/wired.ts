import { randomUUID } from "node:crypto";
import { systemClock as clock } from "../src/lib/clock.ts";
import { loadPolicy } from "../src/lib/config/load-policy.ts";
import { jsonLog } from "../src/lib/log.ts";
import type { Rows } from "../src/lib/state/rows.ts";
import { noTelemetry } from "../src/lib/telemetry.ts";
import { wire } from "../src/wire.ts";
import { root } from "../local/child-process.ts";
import { landingZones } from "../simulator/estate/generate.ts";

type Wiring = Parameters<typeof wire>;

/** The period of both timers. */
export const periodMs = 300_000;

/** Every generated service is in a subscription under this group. */
const scope: Wiring[1]["scope"] = {
  subscriptions: [],
  resourceGroups: [],
  ids: [],
  managementGroups: ["platform"],
  tags: [],
  exclude: [],
};

/**
 * The app on a generated estate, in mode enforce, with the default policy and without a limit that a benchmark would
 * meet.
 */
export function wiredOn(azure: Wiring[0]["azure"], rows: Rows) {
  const policy = loadPolicy(root, {
    policy: "policies/default",
    policyParameters: { landingZones },
    mode: "enforce",
  });
  return wire(
    {
      azure,
      rows,
      reviewQueue: { sendLater: () => Promise.resolve() },
      sinks: [{ name: "log", inProcess: true, send: () => Promise.resolve() }],
      routes: () => ["log"],
      policy: () => Promise.resolve(policy),
      refused: () => [],
      declared: new Map(),
      clock,
      log: jsonLog(() => {}, clock),
      newId: randomUUID,
      telemetry: noTelemetry,
    },
    {
      app: {},
      mode: "enforce",
      scope,
      watch: { ids: [], tags: [] },
      rateLimits: { approvalsPerHour: 100_000, requestsPerHour: 100_000, revocationsPerRun: 5 },
      sweepPeriodMs: periodMs,
      addressPeriodMs: periodMs,
    },
  );
}
