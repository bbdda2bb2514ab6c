import type { Timer } from "@azure/functions";
import { deliver } from "../lib/alerts/deliver.ts";
import { tellPolicy } from "../lib/alerts/tell-policy.ts";
import { reviewMessage, type ReviewMessage } from "../lib/connections/review-message.ts";
import { sweep } from "../lib/connections/sweep/sweep.ts";
import type { Services } from "../services.ts";
import { periodOf } from "./timer.ts";

/** Timer: asks for a review of everything that still needs one. */
export function sweepConnections(services: Services) {
  const { clock, newId, log, lately, outbox, sinks } = services;
  return async (timer: Timer): Promise<ReviewMessage[] | undefined> => {
    await tellPolicy(services);
    const swept = await sweep(services, periodOf(timer, clock.now()));
    await deliver(outbox, sinks, log, "app");
    const at = clock.now();
    const { due, services: governed, unread, stopped } = swept;
    lately.sweep = { at: at.toISOString(), services: governed, unread, due: due.length };
    log.info("swept", { services: governed, due: due.length, unread: unread.length, stopped });
    return due.length === 0 ? undefined : due.map((id) => reviewMessage(id, "sweep", at, newId()));
  };
}
