import { appRows, type AppState } from "../../app-state.ts";
import type { Clock } from "../../clock.ts";
import type { RateLimits } from "../../config/config.ts";
import {
  acquireApproval,
  openForApproval,
  refreshApprovals,
  releaseApproval,
  type ApprovalPermit,
  type ApprovalsBreaker,
} from "./approvals-breaker.ts";
import type { OpenBreaker } from "./open-breaker.ts";
import {
  countRequest,
  openRequestsBreaker,
  refreshRequests,
  type FoundRequest,
  type RequestsBreaker,
} from "./requests-breaker.ts";
import {
  acquireRevocation,
  releaseRevocation,
  renewRevocations,
  type BudgetExhausted,
  type RevocationPermit,
} from "./revocations-budget.ts";

/**
 * Keeps the app within its rate limits: circuit breakers for approvals and for new requests, and a budget of
 * revocations. All instances share them.
 */
export interface Breakers {
  /** Counts a new request to a service; too many in an hour open the breaker. */
  countRequest(request: FoundRequest): Promise<void>;
  /** The breaker that holds everything during a flood of requests, if it is open. */
  openForRequests(): Promise<OpenBreaker | undefined>;
  /** Acquires a permit for one of the hour's approvals, if one is left. */
  acquireApproval(): Promise<ApprovalPermit | OpenBreaker>;
  /** The breaker for which an approval would wait now, if any. Counts nothing. */
  openForApproval(): Promise<OpenBreaker | undefined>;
  /** Releases a permit that was not used, or whose approval Azure did not accept. */
  releaseApproval(permit: ApprovalPermit): Promise<void>;
  /** Acquires a permit for one of the run's revocations, if the budget has one left. */
  acquireRevocation(): Promise<RevocationPermit | BudgetExhausted>;
  /** Releases a permit that was not used. */
  releaseRevocation(permit: RevocationPermit): Promise<void>;
  /**
   * Closes breakers whose cause is over, and alerts where events do not arrive; called by each sweep, which has a new
   * budget of revocations. Returns the breakers that stay open.
   */
  refresh(): Promise<ReadonlySet<OpenBreaker["name"]>>;
}

/** The state of both breakers, for `health`. */
export async function breakerStates(state: AppState) {
  const [requests, approvals] = await Promise.all([
    state.read<RequestsBreaker>(appRows.requests),
    state.read<ApprovalsBreaker>(appRows.approvals),
  ]);
  return { requests, approvals };
}

export function breakers(state: AppState, rateLimits: RateLimits, clock: Clock): Breakers {
  const { requestsPerHour, approvalsPerHour, revocationsPerRun } = rateLimits;
  return {
    countRequest: (request) => countRequest(state, requestsPerHour, clock, request),
    openForRequests: () => openRequestsBreaker(state, requestsPerHour, clock),
    acquireApproval: () => acquireApproval(state, approvalsPerHour, clock),
    openForApproval: () => openForApproval(state, approvalsPerHour, clock),
    releaseApproval: (permit) => releaseApproval(state, permit),
    acquireRevocation: () => acquireRevocation(state, revocationsPerRun, clock.now()),
    releaseRevocation: (permit) => releaseRevocation(state, permit),
    refresh: async () => {
      await renewRevocations(state);
      const open = new Set<OpenBreaker["name"]>();
      if (await refreshRequests(state, requestsPerHour, clock)) open.add("requests");
      if (await refreshApprovals(state, approvalsPerHour, clock)) open.add("approvals");
      return open;
    },
  };
}
