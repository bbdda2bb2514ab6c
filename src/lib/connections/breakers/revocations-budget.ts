import { appRows, type AppState } from "../../app-state.ts";
import { dayMs, minuteMs, plusMs } from "../../clock.ts";

/** The row of the budget of revocations. */
export interface RevocationsBudget {
  /** Revocations since the last sweep began. */
  readonly count: number;
  /** Revocations since then that the budget had no permit for. */
  readonly refused?: number;
  /** Number of the run that the last sweep began, so that nothing of an earlier run is returned to this one. */
  readonly run?: number;
}

/** A permit for one revocation, from the budget of that run. */
export interface RevocationPermit {
  readonly kind: "permit";
  readonly run: number;
}

/** Why the budget has no revocation left, and when it may have one. */
export interface BudgetExhausted {
  readonly kind: "exhausted";
  readonly reason: string;
  readonly until: string;
}

/** How long a run lasts, as the sweeps usually begin. */
const runMs = 5 * minuteMs;
/** The latest next try: a policy may reject thousands. */
const latestMs = dayMs;

/**
 * Acquires a permit for one of the revocations that are left until the next sweep. Where none is left, the tries are
 * spread over as many runs as they take, since each of them reads all facts again.
 */
export async function acquireRevocation(
  state: AppState,
  revocationsPerRun: number,
  now: Date,
): Promise<RevocationPermit | BudgetExhausted> {
  let acquired: RevocationPermit | BudgetExhausted = { kind: "permit", run: 0 };
  await state.update<RevocationsBudget>(appRows.revocations, (found = { count: 0 }) => {
    const { count, refused = 0, run = 0 } = found;
    if (count < revocationsPerRun) {
      acquired = { kind: "permit", run };
      return { value: { ...found, count: count + 1 } };
    }
    const runs = 1 + Math.floor(refused / Math.max(1, revocationsPerRun));
    const reason = `since the last sweep began, as many connections were revoked as DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN allows (${revocationsPerRun})`;
    acquired = { kind: "exhausted", reason, until: plusMs(now, Math.min(latestMs, runs * runMs)) };
    return { value: { ...found, refused: refused + 1 } };
  });
  return acquired;
}

/** Releases a permit that was not used, unless another run has begun. */
export async function releaseRevocation(state: AppState, { run }: RevocationPermit): Promise<void> {
  await state.update<RevocationsBudget>(appRows.revocations, (found) =>
    found === undefined || found.count === 0 || (found.run ?? 0) !== run
      ? undefined
      : { value: { ...found, count: found.count - 1 } },
  );
}

/** A sweep begins. */
export async function renewRevocations(state: AppState): Promise<void> {
  await state.update<RevocationsBudget>(appRows.revocations, (found) => {
    if (found === undefined || (found.count === 0 && (found.refused ?? 0) === 0)) return undefined;
    return { value: { count: 0, run: (found.run ?? 0) + 1 } };
  });
}
