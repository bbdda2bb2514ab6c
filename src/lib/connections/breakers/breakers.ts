import { appRows, type AppState } from "../../app-state.ts";
import type { Clock } from "../../clock.ts";
import type { Ceilings } from "../../config/config.ts";
import type { Admission, FoundRequest, Throttle } from "./throttle.ts";
import { refreshApprovals, returnApproval, takeApproval, type Approvals } from "./approvals-breaker.ts";
import {
  renewRevocations,
  returnRevocation,
  takeRevocation,
  type RevocationAdmission,
} from "./revocations-budget.ts";
import { countRequest, floodOf, refreshRequests, type Requests } from "./requests-breaker.ts";

/** Circuit breakers that keep the app from causing a flood, and from being overrun by one. All instances share them. */
export interface Breakers {
  /** Counts a new request to a service; too many in an hour open the breaker. */
  requested(request: FoundRequest): Promise<void>;
  /** What holds everything while there is a flood of requests. */
  flood(): Promise<Throttle | undefined>;
  /** Takes one of the hour's approvals, if one is left. */
  admitApproval(): Promise<Admission>;
  /** Returns an approval that was taken then, and was not sent, or that Azure did not accept. */
  giveBackApproval(takenAt: Date): Promise<void>;
  /** Takes one of the run's revocations, if one is left. */
  admitRevocation(): Promise<RevocationAdmission>;
  /** Returns a revocation that was taken in that run, and was not sent. */
  giveBackRevocation(run: number): Promise<void>;
  /** Closes breakers whose cause is over, and alerts where events do not arrive; called by each sweep, which has a new
   * budget of revocations. */
  refresh(): Promise<void>;
}

/** The state of both breakers, for `health`. */
export async function breakerStates(state: AppState) {
  const [requests, approvals] = await Promise.all([
    state.read<Requests>(appRows.requests),
    state.read<Approvals>(appRows.approvals),
  ]);
  return { requests, approvals };
}

export function breakers(state: AppState, ceilings: Ceilings, clock: Clock): Breakers {
  const { requestsPerHour, approvalsPerHour, revocationsPerRun } = ceilings;
  return {
    requested: (request) => countRequest(state, requestsPerHour, clock, request),
    flood: () => floodOf(state, clock),
    admitApproval: () => takeApproval(state, approvalsPerHour, clock),
    giveBackApproval: (takenAt) => returnApproval(state, takenAt),
    admitRevocation: () => takeRevocation(state, revocationsPerRun, clock.now()),
    giveBackRevocation: (run) => returnRevocation(state, run),
    refresh: async () => {
      await renewRevocations(state);
      await refreshRequests(state, requestsPerHour, clock);
      await refreshApprovals(state, approvalsPerHour, clock);
    },
  };
}
