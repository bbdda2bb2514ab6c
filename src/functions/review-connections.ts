import { parseReviewMessage } from "../lib/connections/review-message.ts";
import { reviewService } from "../lib/connections/review-service.ts";
import { review } from "../lib/connections/review/review.ts";
import { printReason } from "../lib/connections/review/result.ts";
import type { Services } from "../services.ts";

/** Queue trigger: reviews one connection, or the connections of one service that need a review. */
export function reviewConnections(services: Services) {
  return async (message: unknown): Promise<void> => {
    const asked = parseReviewMessage(message);
    if (asked === undefined) {
      services.counters.count("messages-malformed");
      services.log.error("a message of the queue reviews cannot be read", {});
      return;
    }
    const { id, cause, requestedAt } = asked;
    const request = { cause, requestedAt, actor: `queue:${cause}` };
    const results =
      id.kind === "service"
        ? await reviewService(services, id, request)
        : [await review(services, { ...request, id })];
    if (results === undefined) {
      services.log.warn("a service could not be read; the next sweep tries again", { service: id.text });
      return;
    }
    const { clock, log, telemetry } = services;
    for (const result of results) {
      const { connection, verdict, person, rule, applied, phase } = result;
      const reason = printReason(result);
      log.info("reviewed", { connection, cause, requestedAt, verdict, person, applied, phase, reason });
      if (verdict === undefined) continue;
      const seconds = (clock.now().getTime() - requestedAt.getTime()) / 1_000;
      const by = person === undefined ? "policy" : "person";
      telemetry.count("drawbridge.verdicts", { verdict, rule: rule ?? "none", by, applied: String(applied) });
      telemetry.recordDuration("drawbridge.verdict.latency", seconds, { cause });
    }
  };
}
