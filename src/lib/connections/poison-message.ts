import { alert } from "../alerts/alert.ts";
import { messageUnreadableReason, reviewFailedReason } from "../alerts/reasons-of-the-app.ts";
import { appRows, type AppState } from "../app-state.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { acquireLease } from "./review/claim.ts";
import { followUp } from "./review/follow-up.ts";
import { fail } from "./review/schedule-retry.ts";
import { RecordChanged } from "./ledger.ts";
import { parseReviewMessage } from "./review-message.ts";
import type { ReviewServices } from "./review/ports.ts";

/**
 * Handles a message that the queue moved to its poison queue: the connection becomes Failed, with an alert, and the
 * sweeps retry it. A message that cannot be parsed names no connection, so there is only an alert.
 */
export async function handlePoisonMessage(
  services: ReviewServices & { readonly appState: AppState },
  message: unknown,
): Promise<void> {
  const request = parseReviewMessage(message);
  if (request?.id.kind === "connection") await markFailed(services, request.id);
  else await raiseAlert(services, request?.id);
}

async function markFailed(
  services: ReviewServices & { readonly appState: AppState },
  id: ConnectionId,
): Promise<void> {
  const { alerts, ledger } = services;
  // Read before the review is opened, so that the record's version shows whether another attempt ended since. It is
  // opened before anything is written, so that a sweep finds the connection however this ends.
  const record = await ledger.find(id);
  const open = await ledger.openReview(id);
  if (record === undefined) return raiseAlert(services, id);
  try {
    const claimed = await acquireLease(services, id, record);
    if (claimed === undefined) return;
    const failed = await fail(services, claimed, reviewFailedReason);
    await alerts.announce(id.service);
    if (failed.nextAt !== undefined) await ledger.endAttempt(open, { until: failed.nextAt }, failed);
    await followUp(services, claimed, failed);
  } catch (error) {
    // Another attempt is at work on the connection and records its own outcome.
    if (!(error instanceof RecordChanged)) throw error;
  }
}

/** Raises an alert in the app's own outbox, for a message without a connection that has a record. */
async function raiseAlert(
  { alerts, appState, clock, newId }: ReviewServices & { readonly appState: AppState },
  id: ConnectionId | ServiceId | undefined,
): Promise<void> {
  const at = clock.now().toISOString();
  const raised = alert("Drawbridge.ConnectionFailed", id?.text ?? "queue/reviews", {
    version: newId(),
    time: at,
    data: {
      reason: id === undefined ? messageUnreadableReason : reviewFailedReason,
    },
  });
  await appState.update<{ last: string }>(appRows.poisoned, () => ({
    value: { last: raised.id },
    alerts: [raised],
  }));
  await alerts.announce("app");
}
