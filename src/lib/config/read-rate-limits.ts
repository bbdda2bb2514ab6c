import type { RateLimits } from "./config.ts";
import { readNumber, type NumberRange } from "./read-number.ts";

/** More than the teams of a company request in an hour, and less than a runaway script does. */
const approvals: NumberRange = { default: 500, max: 100_000 };
const requests: NumberRange = { default: 1_000, max: 100_000 };
const revocations: NumberRange = { default: 5, min: 0, max: 1_000 };

export function readRateLimits(values: ReadonlyMap<string, string>, problems: string[]): RateLimits {
  return {
    approvalsPerHour: readNumber(values, "DRAWBRIDGE_MAX_APPROVALS_PER_HOUR", approvals, problems),
    requestsPerHour: readNumber(values, "DRAWBRIDGE_MAX_REQUESTS_PER_HOUR", requests, problems),
    revocationsPerRun: readNumber(values, "DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN", revocations, problems),
  };
}
