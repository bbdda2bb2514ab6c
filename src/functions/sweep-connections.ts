import type { InvocationContext, StorageQueueOutput, Timer } from "@azure/functions";
import { sendSummary } from "../lib/alerts/sinks/summary.ts";
import { reportUnavailableSinks } from "../lib/alerts/unavailable-sinks.ts";
import { reportPolicy } from "../lib/alerts/policy-alerts.ts";
import { removeOldResults } from "../lib/connections/reevaluation/old-results.ts";
import { stalledReevaluations } from "../lib/connections/reevaluation/reevaluation.ts";
import { reviewMessage, type ReviewMessage } from "../lib/connections/review-message.ts";
import { sweep } from "../lib/connections/sweep/sweep.ts";
import type { SweepServices } from "../lib/connections/sweep/sweep-pass.ts";
import type { Services } from "../services.ts";
import { reevaluationMessage } from "./continue-reevaluation.ts";
import { periodOf } from "./timer-period.ts";

/**
 * Timer: queues a review of everything that still needs one, and reevaluations that stopped; removes old results of
 * others.
 */
export function sweepConnections(
  services: SweepServices &
    Pick<Services, "alerts" | "backfill" | "delivery" | "recentActivity" | "telemetry" | "timerWatch">,
  reevaluations: StorageQueueOutput,
) {
  const { alerts, appState, clock, delivery, newId, log, recentActivity, telemetry, timerWatch } = services;
  return async (
    timer: Timer,
    { extraOutputs }: Pick<InvocationContext, "extraOutputs">,
  ): Promise<ReviewMessage[] | undefined> => {
    await reportPolicy(services);
    const swept = await sweep(services, periodOf(timer, clock.now()));
    await reportUnavailableSinks(delivery);
    await services.backfill();
    await sendSummary(appState, clock);
    await timerWatch.checkNow();
    await alerts.announce("app");
    await alerts.enqueueLeftovers();
    const stalled = await stalledReevaluations(services);
    if (stalled.length > 0)
      extraOutputs.set(
        reevaluations,
        stalled.map((id) => reevaluationMessage(id)),
      );
    // What is due goes to the queue all the same: a row that cannot be removed is tried again by the next sweep.
    await removeOldResults(services).catch((error: unknown) => {
      log.error("old results of reevaluations were not removed", {
        error: error instanceof Error ? error.name : typeof error,
      });
    });
    await telemetry.flush();
    const at = clock.now();
    const { due, services: governed, unread, stopped } = swept;
    recentActivity.sweep = {
      at: at.toISOString(),
      services: governed,
      unread,
      due: due.length,
      ...(stopped === undefined ? {} : { stopped }),
    };
    log.info("swept", { services: governed, due: due.length, unread: unread.length, stopped });
    return due.length === 0 ? undefined : due.map((id) => reviewMessage(id, "sweep", at, newId()));
  };
}
