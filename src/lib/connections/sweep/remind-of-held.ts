import { alert } from "../../alerts/alert.ts";
import { heldReminderReason } from "../../alerts/reasons-of-the-app.ts";
import { appRows, type AppState } from "../../app-state.ts";
import { dayMs, hasElapsed, type Clock } from "../../clock.ts";

/** A connection that waits for a person's decision. */
export interface HeldConnection {
  readonly connection: string;
  readonly since: string;
}

const listedMax = 50;

/** Raises an alert, once a day, about the connections that have waited for a person for more than a day. */
export async function remindOfHeld(
  { appState, clock }: { readonly appState: AppState; readonly clock: Clock },
  held: readonly HeldConnection[],
): Promise<void> {
  const now = clock.now();
  const overdue = held.filter(({ since }) => hasElapsed(dayMs, since, now));
  if (overdue.length === 0) return;
  await appState.update<{ readonly toldAt: string }>(appRows.held, (found) => {
    if (!hasElapsed(dayMs, found?.toldAt, now)) return undefined;
    const toldAt = now.toISOString();
    const reminder = alert("Drawbridge.HeldReminder", "held", {
      version: toldAt,
      time: toldAt,
      data: {
        held: overdue.length,
        oldest: overdue.toSorted((a, b) => (a.since < b.since ? -1 : 1)).slice(0, listedMax),
        reason: heldReminderReason(overdue.length),
      },
    });
    return { value: { toldAt }, alerts: [reminder] };
  });
}
