import { alert } from "../alerts/alert.ts";
import type { AppState } from "../app-state.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { claim } from "./review/claim.ts";
import { followUp } from "./review/follow-up.ts";
import { fail } from "./review/schedule-retry.ts";
import { RecordChanged } from "./ledger.ts";
import { parseReviewMessage } from "./review-message.ts";
import type { ReviewServices } from "./review/review-services.ts";

const difficulty =
  "a review of it failed five times in a row, for no reason that Drawbridge expects; its log says more";

/**
 * Takes up what the queue gave up: a person is told, and the sweeps try again. A message that cannot be read names
 * nothing that could be looked at, so that its loss is told alone.
 */
export async function handlePoisonMessage(
  services: ReviewServices & { readonly appState: AppState },
  message: unknown,
): Promise<void> {
  const asked = parseReviewMessage(message);
  if (asked?.id.kind === "connection") await markFailed(services, asked.id);
  else await tell(services, asked?.id);
}

async function markFailed(
  services: ReviewServices & { readonly appState: AppState },
  id: ConnectionId,
): Promise<void> {
  const { alerts, clock, ledger } = services;
  // Read before the mark is set, so that who came to an end of it since then is noticed by the record's version; the mark is
  // set before anything is written, so that a sweep looks again whatever becomes of the rest.
  const record = await ledger.find(id);
  const mark = await ledger.open(id);
  if (record === undefined) return tell(services, id);
  try {
    const request = { id, cause: "retry", actor: "queue:poison", requestedAt: clock.now() } as const;
    const claimed = await claim(services, request, record);
    if (claimed === undefined) return;
    const failed = await fail(services, claimed, difficulty);
    await alerts.announce(id.service);
    if (failed.nextAt !== undefined) await ledger.settle(mark, { until: failed.nextAt });
    await followUp(services, claimed, failed);
  } catch (error) {
    // Another attempt is at work on it, and has the last word.
    if (!(error instanceof RecordChanged)) throw error;
  }
}

/** Through the app's own outbox, where there is no record to tell with. */
async function tell(
  { alerts, appState, clock, newId }: ReviewServices & { readonly appState: AppState },
  id: ConnectionId | ServiceId | undefined,
): Promise<void> {
  const at = clock.now().toISOString();
  const told = alert("Drawbridge.ConnectionFailed", id?.text ?? "queue/reviews", newId(), at, {
    reason: id === undefined ? "a message of the queue reviews cannot be read, and was given up" : difficulty,
  });
  await appState.update<{ last: string }>("poisoned", () => ({ value: { last: told.id }, alerts: [told] }));
  await alerts.announce("app");
}
