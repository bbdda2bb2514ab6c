import { alert } from "../../alerts/alert.ts";
import type { AppState } from "../../app-state.ts";
import { isDue, plusMs, type Clock } from "../../clock.ts";

/** A connection that a person has to decide on. */
export interface Waiting {
  readonly connection: string;
  readonly since: string;
}

const dayMs = 24 * 60 * 60_000;
const shownMax = 50;

/** Once a day, a person is told of everything that has waited for one for more than a day. */
export async function remindOfHeld(
  { appState, clock }: { readonly appState: AppState; readonly clock: Clock },
  waiting: readonly Waiting[],
): Promise<void> {
  const now = clock.now();
  const long = waiting.filter(({ since }) => isDue(plusMs(new Date(since), dayMs), now));
  if (long.length === 0) return;
  await appState.update<{ readonly toldAt: string }>("held", (found) => {
    if (found !== undefined && !isDue(plusMs(new Date(found.toldAt), dayMs), now)) return undefined;
    const toldAt = now.toISOString();
    const told = alert("Drawbridge.HeldReminder", "held", {
      version: toldAt,
      time: toldAt,
      data: {
        held: long.length,
        oldest: long.toSorted((a, b) => (a.since < b.since ? -1 : 1)).slice(0, shownMax),
        reason:
          `${long.length} connections have waited for a person for more than a day; approve or reject them in the portal, ` +
          "or give the policy what it needs to decide",
      },
    });
    return { value: { toldAt }, alerts: [told] };
  });
}
