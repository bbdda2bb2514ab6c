import { alert } from "../alerts/alert.ts";
import type { AppState } from "../app-state.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { acquireLease } from "./review/claim.ts";
import { followUp } from "./review/follow-up.ts";
import { fail } from "./review/schedule-retry.ts";
import { RecordChanged } from "./ledger.ts";
import { parseReviewMessage } from "./review-message.ts";
import type { ReviewServices } from "./review/review-services.ts";

const difficulty =
  "a review of it failed five times in a row, for no reason that Drawbridge expects; its log says more";

/**
 * Handles a message that the queue gave up: the connection becomes Failed, with an alert, and the sweeps try again. A message
 * that cannot be parsed names no connection, so that there is only an alert.
 */
export async function handlePoisonMessage(
  services: ReviewServices & { readonly appState: AppState },
  message: unknown,
): Promise<void> {
  const asked = parseReviewMessage(message);
  if (asked?.id.kind === "connection") await markFailed(services, asked.id);
  else await alertOf(services, asked?.id);
}

async function markFailed(
  services: ReviewServices & { readonly appState: AppState },
  id: ConnectionId,
): Promise<void> {
  const { alerts, ledger } = services;
  // Read before the mark is set, so that the record's version shows whether another attempt ended since. The mark is set before
  // anything is written, so that a sweep finds the connection however this ends.
  const record = await ledger.find(id);
  const mark = await ledger.open(id);
  if (record === undefined) return alertOf(services, id);
  try {
    const claimed = await acquireLease(services, id, record);
    if (claimed === undefined) return;
    const failed = await fail(services, claimed, difficulty);
    await alerts.announce(id.service);
    if (failed.nextAt !== undefined) await ledger.settle(mark, { until: failed.nextAt });
    await followUp(services, claimed, failed);
  } catch (error) {
    // Another attempt is at work on it, and decides how it ends.
    if (!(error instanceof RecordChanged)) throw error;
  }
}

/** An alert in the app's own outbox, where there is no record of a connection. */
async function alertOf(
  { alerts, appState, clock, newId }: ReviewServices & { readonly appState: AppState },
  id: ConnectionId | ServiceId | undefined,
): Promise<void> {
  const at = clock.now().toISOString();
  const told = alert("Drawbridge.ConnectionFailed", id?.text ?? "queue/reviews", {
    version: newId(),
    time: at,
    data: {
      reason:
        id === undefined ? "a message of the queue reviews cannot be read, and was given up" : difficulty,
    },
  });
  await appState.update<{ last: string }>("poisoned", () => ({ value: { last: told.id }, alerts: [told] }));
  await alerts.announce("app");
}
