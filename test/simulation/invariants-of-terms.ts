import { minuteMs } from "../../src/lib/clock.ts";
import type { ConnectionRecord, Entry } from "../../src/lib/connections/record/connection-record.ts";
import type { Running } from "./run.ts";

/**
 * I24: an approval that ends is announced once, and re-evaluated when it is over. After the recovery no step of a term
 * is due for longer than it takes until the second sweep, and nothing that the policy gave an hour lasts without end.
 */
export function checkTermsAtEnd(
  { sim, options }: Running,
  records: readonly ConnectionRecord[],
  entries: readonly Entry[],
): void {
  const violated = (what: string) => {
    sim.violated("I24 terms", what);
  };
  const lateMs = 2 * options.sweepEveryMs + 5 * minuteMs;
  for (const { id, phase, action, term, decisionId, person } of records) {
    if (phase !== "Applied" || action !== "approve") continue;
    const decision = entries.find((entry) => entry.id === decisionId);
    const isBrief =
      decision?.kind === "decision" && decision.person === undefined && decision.verdict.forMs !== undefined;
    if (isBrief && term === undefined && person === undefined && !isRenewedWithoutEnd(entries, id.text))
      violated(`${id.connectionName} lasts without end`);
    if (term !== undefined && Date.parse(term.nextAt) + lateMs < sim.time.now())
      violated(`${id.connectionName} ended at ${term.until}, and its next step was due at ${term.nextAt}`);
    if (
      term !== undefined &&
      term.noticedAt === undefined &&
      Date.parse(term.until) + lateMs < sim.time.now() &&
      term.lapsedAt === undefined
    )
      violated(`the end of ${id.connectionName} at ${term.until} was never announced`);
  }
  const announced = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== "outcome" || entry.endsAt === undefined) continue;
    const key = `${entry.decisionId} ${entry.endsAt}`;
    if (announced.has(key)) violated(`${entry.connection} was announced twice to end at ${entry.endsAt}`);
    announced.add(key);
  }
}

/** A policy without terms may have been deployed when it was re-evaluated. */
function isRenewedWithoutEnd(entries: readonly Entry[], connection: string): boolean {
  const renewed = entries.findLast(
    (entry) => entry.kind === "decision" && entry.connection === connection && entry.recertifies === true,
  );
  return renewed?.kind === "decision" && renewed.verdict.forMs === undefined;
}
