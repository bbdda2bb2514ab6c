import { continueReevaluation } from "../lib/connections/reevaluation/continue-reevaluation.ts";
import { failReevaluation, type ReevaluationServices } from "../lib/connections/reevaluation/reevaluation.ts";
import type { Services } from "../services.ts";

/** A message of the queue `reevaluations`. */
export interface ReevaluationMessage {
  readonly v: 1;
  readonly id: string;
}

export function reevaluationMessage(id: string): ReevaluationMessage {
  return { v: 1, id };
}

/** Queue trigger: continues the reevaluation of a large scope, and queues itself again while services are left. */
export function continueReevaluations(services: ReevaluationServices & Pick<Services, "counters">) {
  return async (message: unknown): Promise<ReevaluationMessage[] | undefined> => {
    const id = idOf(message);
    if (id === undefined) {
      services.counters.count("messages-malformed");
      services.log.error("a message of the queue reevaluations cannot be read", {});
      return undefined;
    }
    return (await continueReevaluation(services, id)) ? [reevaluationMessage(id)] : undefined;
  };
}

/** Queue trigger: marks the reevaluation failed after the queue gave its message up, and logs it. */
export function reevaluationsPoisoned(services: Pick<Services, "appState" | "clock" | "counters" | "log">) {
  return async (message: unknown): Promise<void> => {
    const id = idOf(message);
    services.counters.count("reevaluations-poisoned");
    services.log.error("the queue gave up a reevaluation", { id });
    if (id !== undefined) await failReevaluation(services, id);
  };
}

function idOf(message: unknown): string | undefined {
  const { v, id } = (typeof message === "object" && message !== null ? message : {}) as Partial<
    Record<keyof ReevaluationMessage, unknown>
  >;
  return v === 1 && typeof id === "string" && /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}
