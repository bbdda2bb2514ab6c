import { appRows, type AppState } from "../../app-state.ts";
import type { Clock } from "../../clock.ts";
import { breakerClosed, breakerOpened } from "./breaker-alerts.ts";
import type { Admission } from "./throttle.ts";
import { countedIn, nextFreeAt, totalOf, withoutOne, type Minutes } from "./sliding-window.ts";

/** The row of the breaker that caps approvals per hour. */
export interface Approvals {
  readonly minutes: Minutes;
  readonly openSince?: string;
}

/**
 * Takes one of the hour's approvals, if one is left.
 * The clock is read after the row. An earlier time could lie before the change that the row already holds, and a breaker would
 * seem to have opened before it closed.
 */
export async function takeApproval(
  state: AppState,
  approvalsPerHour: number,
  clock: Clock,
): Promise<Admission> {
  let admission: Admission = { takenAt: clock.now() };
  await state.update<Approvals>(appRows.approvals, (found = { minutes: {} }) => {
    const { minutes, openSince } = found;
    const now = clock.now();
    if (totalOf(minutes, now) < approvalsPerHour) {
      admission = { takenAt: now };
      const alerts = openSince === undefined ? [] : [breakerClosed("approvals", openSince, now)];
      return { value: { minutes: countedIn(minutes, now) }, alerts };
    }
    const reason = `${approvalsPerHour} approvals were made within an hour, which is the most that is allowed`;
    const until = nextFreeAt(minutes, now).toISOString();
    admission = { throttle: { by: "approvals", reason, until } };
    if (openSince !== undefined) return undefined;
    const since = now.toISOString();
    const alerts = [breakerOpened("approvals", since, { max: approvalsPerHour, reason })];
    return { value: { minutes, openSince: since }, alerts };
  });
  return admission;
}

/** Returns an approval that was taken then, and was not sent, or that Azure did not accept. */
export async function returnApproval(state: AppState, takenAt: Date): Promise<void> {
  await state.update<Approvals>(
    appRows.approvals,
    (found) => found && { value: { ...found, minutes: withoutOne(found.minutes, takenAt) } },
  );
}

/** Closes the breaker where approvals are left again. */
export async function refreshApprovals(
  state: AppState,
  approvalsPerHour: number,
  clock: Clock,
): Promise<void> {
  await state.update<Approvals>(appRows.approvals, (found) => {
    const now = clock.now();
    if (found?.openSince === undefined || totalOf(found.minutes, now) >= approvalsPerHour) return undefined;
    return { value: { minutes: found.minutes }, alerts: [breakerClosed("approvals", found.openSince, now)] };
  });
}
