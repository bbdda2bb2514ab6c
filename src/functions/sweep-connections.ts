import { reviewMessage, type ReviewMessage } from "../lib/connections/review-message.ts";
import { sweep } from "../lib/connections/sweep.ts";
import { deliver } from "../lib/alerts/deliver.ts";
import { tellPolicy } from "../lib/alerts/tell-policy.ts";
import type { Services } from "../services.ts";

/** Timer: asks for a review of everything that still needs one. */
export function sweepConnections(services: Services) {
  const { clock, newId, log, lately, outbox, sinks } = services;
  return async (): Promise<ReviewMessage[] | undefined> => {
    await tellPolicy(services);
    await deliver(outbox, sinks, log, "app");
    const { due, services: swept, unread } = await sweep(services);
    const at = clock.now();
    lately.sweep = { at: at.toISOString(), services: swept, unread, due: due.length };
    log.info("swept", { services: swept, due: due.length, unread: unread.length });
    return due.length === 0 ? undefined : due.map((id) => reviewMessage(id, "sweep", at, newId()));
  };
}
