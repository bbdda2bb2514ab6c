import { appRows, type AppState } from "../../app-state.ts";
import { breakerClosed, breakerOpened } from "./breaker-alerts.ts";
import type { Throttle } from "./throttle.ts";
import { countedIn, nextFreeAt, totalOf, withoutOne, type Minutes } from "./sliding-window.ts";

/** The row of the breaker that caps approvals per hour. */
export interface Approvals {
  readonly minutes: Minutes;
  readonly openSince?: string;
}

/** Takes one of the hour's approvals; returns a throttle where none is left. */
export async function takeApproval(
  state: AppState,
  approvalsPerHour: number,
  now: Date,
): Promise<Throttle | undefined> {
  let throttle: Throttle | undefined;
  await state.update<Approvals>(appRows.approvals, (found = { minutes: {} }) => {
    throttle = undefined;
    const { minutes, openSince } = found;
    if (totalOf(minutes, now) < approvalsPerHour) {
      const alerts = openSince === undefined ? [] : [breakerClosed("approvals", openSince, now)];
      return { value: { minutes: countedIn(minutes, now) }, alerts };
    }
    const reason = `${approvalsPerHour} approvals were made within an hour, which is the most that is allowed`;
    throttle = { by: "approvals", reason, until: nextFreeAt(minutes, now).toISOString() };
    if (openSince !== undefined) return undefined;
    const since = now.toISOString();
    const alerts = [breakerOpened("approvals", since, { max: approvalsPerHour, reason })];
    return { value: { minutes, openSince: since }, alerts };
  });
  return throttle;
}

/** Returns an approval that was taken then, and was not sent, or that Azure did not accept. */
export async function returnApproval(state: AppState, takenAt: Date): Promise<void> {
  await state.update<Approvals>(
    appRows.approvals,
    (found) => found && { value: { ...found, minutes: withoutOne(found.minutes, takenAt) } },
  );
}

/** Closes the breaker where approvals are left again. */
export async function refreshApprovals(state: AppState, approvalsPerHour: number, now: Date): Promise<void> {
  await state.update<Approvals>(appRows.approvals, (found) => {
    if (found?.openSince === undefined || totalOf(found.minutes, now) >= approvalsPerHour) return undefined;
    return { value: { minutes: found.minutes }, alerts: [breakerClosed("approvals", found.openSince, now)] };
  });
}
