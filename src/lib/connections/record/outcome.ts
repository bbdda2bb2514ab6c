import type { ConnectionRecord, Outcome } from "./connection-record.ts";

/** The entry of the audit chain for the outcome of a decision, or of a connection without one. */
export function outcomeOf({ id, phase, state, decisionId }: ConnectionRecord, reason: string): Outcome {
  return {
    kind: "outcome",
    connection: id.text,
    ...(decisionId === undefined ? {} : { decisionId }),
    phase,
    ...(state === undefined ? {} : { state }),
    reason,
  };
}
