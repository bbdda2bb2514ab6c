import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { callQuota } from "../../src/lib/azure/call-quota.ts";
import { quotaPolicy } from "../../src/lib/azure/wait-for-quota.ts";
import type { SharedQuota } from "../../src/lib/azure-quota.ts";
import type { Read } from "../../src/lib/estate/read.ts";
import type { UnknownReason } from "../../src/lib/policy/values/unknown-reason.ts";
import { throttledMs, type ArmQuota } from "./arm-quota.ts";
import type { Fault } from "./faults.ts";
import { checkQuota } from "./invariants-of-quota.ts";
import { checkAddress } from "./invariants-of-requests.ts";
import type { Simulation } from "./simulation.ts";

/** The reason that a failed read gives, by fault; src/lib/azure/errors.ts maps HTTP errors to the same reasons. */
const reasons: Partial<Record<Fault, UnknownReason>> = {
  throttled: "throttled",
  "time-out": "timed-out",
  "time-out-after": "timed-out",
};

interface Reaching<T> {
  readonly apply: () => T;
  readonly fail: (fault: Fault) => T;
  readonly stale?: () => T;
  readonly timeoutMs?: number;
}

/** How one instance of the app calls Azure: within the quota, with every request checked. */
export interface ArmCalls {
  readonly ask: <T>(method: "GET" | "PUT" | "POST", path: string, reaching: Reaching<T>) => Promise<T>;
  readonly get: <T>(path: string, read: () => Read<T>, stale?: () => Read<T>) => Promise<Read<T>>;
  /** Of Resource Graph. */
  readonly query: <T>(read: () => Read<T>) => Promise<Read<T>>;
}

export function found<T>(value: T | undefined): Read<T> {
  return value === undefined ? { kind: "unknown", reason: "not-found" } : { kind: "known", value };
}

/** `quota` is the app's, `allowed` what Azure allows all of its processes together. */
export function armCalls(sim: Simulation, quota: SharedQuota, allowed: ArmQuota): ArmCalls {
  const clock = { now: () => sim.now() };
  const within = callQuota(quota, clock, (ms) => sim.time.sleep(ms));
  const policy = quotaPolicy(within, createHttpHeaders);
  const quotaChecks = checkQuota(sim, allowed);

  /** Sends a request within the quota, and checks it. */
  async function ask<T>(method: "GET" | "PUT" | "POST", path: string, reaching: Reaching<T>): Promise<T> {
    const url = `https://management.azure.com${path}`;
    checkAddress(sim, method, url);
    let answer: { readonly value: T } | undefined;
    await policy.sendRequest(createPipelineRequest({ url, method }), async (request) => {
      quotaChecks.sent(method, path);
      let status = 200;
      const value = await sim.reach(method, path, {
        ...reaching,
        fail: (fault) => {
          if (fault === "throttled") status = 429;
          return reaching.fail(fault);
        },
      });
      answer = { value };
      if (status === 429) quotaChecks.refused(method, path);
      const headers = status === 429 ? { "retry-after": String(throttledMs / 1000) } : {};
      return { request, status, headers: createHttpHeaders(headers) };
    });
    return answer === undefined ? reaching.fail("throttled") : answer.value;
  }

  const fail = (fault: Fault): Extract<Read<never>, { kind: "unknown" }> => ({
    kind: "unknown",
    reason: reasons[fault] ?? "failed",
  });

  return {
    ask,
    get: (path, read, stale) =>
      ask("GET", path, { apply: read, fail, ...(stale === undefined ? {} : { stale }) }),
    query: (read) => ask("POST", "/providers/Microsoft.ResourceGraph/resources", { apply: read, fail }),
  };
}
