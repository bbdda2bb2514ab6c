import { hourMs } from "../../src/lib/clock.ts";
import { throttledMs, type ArmQuota } from "./arm-quota.ts";
import type { Running } from "./run.ts";
import type { Simulation } from "./simulation.ts";
import type { PutCheck } from "./observed-calls.ts";

/** The calls of one instance of the app. */
export interface QuotaChecks {
  /** A call is sent. */
  readonly sent: (method: string, path: string) => void;
  /** Azure answered it with 429. */
  readonly refused: (method: string, path: string) => void;
}

/** I12: nothing is asked before Retry-After has passed, nor beyond what Azure allows all processes together. */
export function checkQuota(sim: Simulation, allowed: ArmQuota): QuotaChecks {
  /** When Azure last answered 429, by subscription and method. */
  const refusedAt = new Map<string, number>();
  return {
    sent: (method, path) => {
      const subscription = subscriptionOf(path);
      const since = sim.time.now() - (refusedAt.get(`${method} ${subscription}`) ?? -Infinity);
      // In the same instant no request can know of the refusal yet.
      if (since > 0 && since < throttledMs)
        sim.violated("I12 quota", `${method} ${path} before Retry-After has passed`);
      const kind = subscription === "" ? "queries" : method === "GET" ? "reads" : "writes";
      if (!allowed.allows(kind, subscription, sim.time.now()))
        sim.violated("I12 quota", `${method} ${path} beyond what Azure allows all processes together`);
    },
    refused: (method, path) => {
      refusedAt.set(`${method} ${subscriptionOf(path)}`, sim.time.now());
    },
  };
}

function subscriptionOf(path: string): string {
  return /^\/subscriptions\/([^/]+)/.exec(path)?.[1] ?? "";
}

/** I12: the approvals breaker's limit holds for everybody. */
export function checkApprovalsPerHour({ running, observed: { puts }, state, violated }: PutCheck): void {
  const { sim, options } = running;
  if (state !== "Approved") return;
  const now = sim.time.now();
  // A PUT that Azure was too busy for, or refused, approved nothing.
  const recent = puts.filter(
    (put) =>
      put.state === "Approved" &&
      put.at > now - hourMs &&
      put.outcome !== "busy" &&
      put.outcome !== "refused",
  );
  if (recent.length >= options.rateLimits.approvalsPerHour)
    violated("I12 quota", `${recent.length + 1} approvals within an hour`);
}

/** I12: a breaker opens and closes in turn, with one alert each. */
export function checkBreakers({ sim, loggedAlerts }: Running): void {
  for (const breaker of ["breaker/requests", "breaker/approvals"]) {
    const once = [
      ...new Map(
        loggedAlerts.filter(({ subject }) => subject === breaker).map((each) => [each.id, each]),
      ).values(),
    ].toSorted((a, b) => (a.time < b.time ? -1 : 1));
    once.forEach(({ type }, index) => {
      const due = index % 2 === 0 ? "Drawbridge.BreakerOpened" : "Drawbridge.BreakerClosed";
      if (type !== due) sim.violated("I12 quota", `${breaker}: ${type} instead of ${due}`);
    });
  }
}
