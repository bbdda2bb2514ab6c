import { appRows, type AppState } from "../../app-state.ts";
import { plusMs } from "../../clock.ts";
import type { Throttle } from "./throttle.ts";

/** The row of the budget of revocations. */
interface Revocations {
  /** Revocations since the last sweep began. */
  readonly count: number;
}

/** When a revocation that the budget does not admit is tried again; a sweep has begun by then. */
const againMs = 5 * 60_000;

/** Takes one of the revocations that are left until the next sweep; returns a throttle where none is. */
export async function takeRevocation(
  state: AppState,
  revocationsPerRun: number,
  now: Date,
): Promise<Pick<Throttle, "reason" | "until"> | undefined> {
  let isAdmitted = false;
  await state.update<Revocations>(appRows.revocations, (found = { count: 0 }) => {
    isAdmitted = found.count < revocationsPerRun;
    return isAdmitted ? { value: { count: found.count + 1 } } : undefined;
  });
  if (isAdmitted) return undefined;
  const reason = `${revocationsPerRun} connections were revoked since the last sweep began, which is the most that is allowed`;
  return { reason, until: plusMs(now, againMs) };
}

/** Returns one that was taken, and whose write Azure did not get. */
export async function returnRevocation(state: AppState): Promise<void> {
  await state.update<Revocations>(appRows.revocations, (found) =>
    found === undefined || found.count === 0 ? undefined : { value: { count: found.count - 1 } },
  );
}

/** A sweep begins. */
export async function renewRevocations(state: AppState): Promise<void> {
  await state.update<Revocations>(appRows.revocations, (found) =>
    found === undefined || found.count === 0 ? undefined : { value: { count: 0 } },
  );
}
