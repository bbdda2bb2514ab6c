import { appRows, type AppState } from "../../app-state.ts";
import type { Clock } from "../../clock.ts";
import { breakerClosed, breakerOpened } from "./breaker-alerts.ts";
import { openReason } from "./breaker-texts.ts";
import type { OpenBreaker } from "./open-breaker.ts";
import { countedIn, fallsTo, totalOf, withoutOne, type Minutes } from "./sliding-window.ts";

/** The row of the breaker that limits approvals per hour. */
export interface ApprovalsBreaker {
  readonly minutes: Minutes;
  readonly openSince?: string;
}

/** A permit for one approval, which counts towards the hour's from `acquiredAt` on. */
export interface ApprovalPermit {
  readonly kind: "permit";
  readonly acquiredAt: Date;
}

/**
 * Acquires a permit for one of the hour's approvals, if one is left. The clock is read after the row. An earlier time
 * could lie before the change that the row already holds, and a breaker would seem to have opened before it closed.
 */
export async function acquireApproval(
  state: AppState,
  approvalsPerHour: number,
  clock: Clock,
): Promise<ApprovalPermit | OpenBreaker> {
  let acquired: ApprovalPermit | OpenBreaker = { kind: "permit", acquiredAt: clock.now() };
  await state.update<ApprovalsBreaker>(appRows.approvals, (found = { minutes: {} }) => {
    const { minutes, openSince } = found;
    const now = clock.now();
    if (totalOf(minutes, now) < approvalsPerHour) {
      acquired = { kind: "permit", acquiredAt: now };
      const alerts = openSince === undefined ? [] : [breakerClosed("approvals", openSince, now)];
      return { value: { minutes: countedIn(minutes, now) }, alerts };
    }
    const since = openSince ?? now.toISOString();
    const reason = openReason("approvals", { since, max: approvalsPerHour });
    const until = approvalsCloseAt(found, approvalsPerHour, now);
    acquired = { kind: "open", name: "approvals", reason, until };
    if (openSince !== undefined) return undefined;
    const approvals = totalOf(minutes, now);
    const alerts = [breakerOpened("approvals", since, { approvals, max: approvalsPerHour, until, reason })];
    return { value: { minutes, openSince: since }, alerts };
  });
  return acquired;
}

/** The breaker, if an approval would have to wait for it now. Unlike a permit, asking counts nothing. */
export async function openForApproval(
  state: AppState,
  approvalsPerHour: number,
  clock: Clock,
): Promise<OpenBreaker | undefined> {
  const found = await state.read<ApprovalsBreaker>(appRows.approvals);
  const now = clock.now();
  if (found === undefined || totalOf(found.minutes, now) < approvalsPerHour) return undefined;
  const reason = openReason("approvals", {
    since: found.openSince ?? now.toISOString(),
    max: approvalsPerHour,
  });
  const until = approvalsCloseAt(found, approvalsPerHour, now);
  return { kind: "open", name: "approvals", reason, until };
}

/** When an approval is left again. */
export function approvalsCloseAt(
  { minutes }: Pick<ApprovalsBreaker, "minutes">,
  approvalsPerHour: number,
  now: Date,
): string {
  return fallsTo(approvalsPerHour - 1, minutes, now).toISOString();
}

/** Releases a permit that was not used, or whose approval Azure did not accept. */
export async function releaseApproval(state: AppState, { acquiredAt }: ApprovalPermit): Promise<void> {
  await state.update<ApprovalsBreaker>(
    appRows.approvals,
    (found) => found && { value: { ...found, minutes: withoutOne(found.minutes, acquiredAt) } },
  );
}

/** Closes the breaker where approvals are left again. Returns whether it stays open. */
export async function refreshApprovals(
  state: AppState,
  approvalsPerHour: number,
  clock: Clock,
): Promise<boolean> {
  const saved = await state.update<ApprovalsBreaker>(appRows.approvals, (found) => {
    const now = clock.now();
    if (found?.openSince === undefined || totalOf(found.minutes, now) >= approvalsPerHour) return undefined;
    return { value: { minutes: found.minutes }, alerts: [breakerClosed("approvals", found.openSince, now)] };
  });
  return saved?.openSince !== undefined;
}
