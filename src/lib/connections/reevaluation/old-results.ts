import { dayMs, hasElapsed } from "../../clock.ts";
import { endedReevaluations, forgetEnded } from "./active-reevaluations.ts";
import { isActive, rowOf, type ReevaluationRun, type ReevaluationServices } from "./reevaluation.ts";

/** For how long the results of a reevaluation are kept, and of how many. What it decided is in the record. */
const keptMs = 30 * dayMs;
const keptMax = 100;

/** Removes the results of old reevaluations. One that was requested again meanwhile keeps its row. */
export async function removeOldResults({
  appState,
  clock,
}: Pick<ReevaluationServices, "appState" | "clock">): Promise<void> {
  const ended = await endedReevaluations(appState);
  const now = clock.now();
  const old = ended.filter(({ at }, index) => index >= keptMax || hasElapsed(keptMs, at, now));
  if (old.length === 0) return;
  for (const { id, at } of old)
    await appState.remove<ReevaluationRun>(rowOf(id), (run) => !isActive(run) && run.startedAt <= at);
  await forgetEnded(appState, old);
}
