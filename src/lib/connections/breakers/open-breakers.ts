import type { AppState } from "../../app-state.ts";
import { isDue } from "../../clock.ts";
import type { RateLimits } from "../../config/config.ts";
import { approvalsCloseAt } from "./approvals-breaker.ts";
import { breakerStates } from "./breakers.ts";
import { breakerCause, breakerRemedy } from "./breaker-texts.ts";
import type { OpenBreaker } from "./open-breaker.ts";
import { requestsCloseAt } from "./requests-breaker.ts";

/** A breaker that is open, for people: since when, when it closes at the earliest, and what that means. */
export interface ReportedBreaker {
  readonly name: OpenBreaker["name"];
  readonly since: string;
  /** It closes with the first sweep after this instant, if nothing more is counted: the next one, if it is now. */
  readonly until: string;
  readonly problem: string;
}

/** The breakers that are open, from their rows. */
export function openBreakers(
  { requests, approvals }: Partial<Awaited<ReturnType<typeof breakerStates>>>,
  { requestsPerHour, approvalsPerHour }: RateLimits,
  now: Date,
): readonly ReportedBreaker[] {
  const open: ReportedBreaker[] = [];
  if (requests?.openSince !== undefined)
    open.push(
      reported("requests", now, {
        since: requests.openSince,
        until: requestsCloseAt(requests, requestsPerHour, now),
        max: requestsPerHour,
      }),
    );
  if (approvals?.openSince !== undefined)
    open.push(
      reported("approvals", now, {
        since: approvals.openSince,
        until: approvalsCloseAt(approvals, approvalsPerHour, now),
        max: approvalsPerHour,
      }),
    );
  return open;
}

function reported(
  name: ReportedBreaker["name"],
  now: Date,
  { since, until, max }: { readonly since: string; readonly until: string; readonly max: number },
): ReportedBreaker {
  const isOver = isDue(until, now);
  const closing = isOver ? "with the next sweep" : `at ${until} at the earliest`;
  const open = `has been open since ${since}, and closes ${closing}`;
  const problem = `the ${name} breaker ${open}: ${breakerCause(name, max)}. ${breakerRemedy(name)}`;
  return { name, since, until, problem };
}

export async function readOpenBreakers(
  state: AppState,
  rateLimits: RateLimits,
  now: Date,
): Promise<readonly ReportedBreaker[]> {
  return openBreakers(await breakerStates(state), rateLimits, now);
}
