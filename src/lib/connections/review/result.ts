import type { ConnectionId } from "../../azure/resource-id.ts";
import type { FinalState } from "../azure-connections.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { targetOf } from "../record/description.ts";
import type { Ended } from "./attempt.ts";
import type { ReviewResult } from "./ports.ts";

/** Why nothing was applied to a connection that Azure does not show as Pending, in the words of the HTTP API. */
export const notPending = "not pending";

/**
 * Why nothing was applied, for the log. Azure sends an event about Drawbridge's own write too, whose review finds the
 * connection as it was decided: that is no failure, and the line says so.
 */
export function printReason(result: ReviewResult): string | undefined {
  const { state, reason } = result;
  if (reason !== notPending || state === undefined) return reason;
  return state === decidedState(result)
    ? `nothing to apply: it is ${state}, as Drawbridge decided`
    : `nothing to apply: it is ${state} on Azure, and not Pending`;
}

/** The state that Drawbridge decided and applied; undefined where it applied none. */
function decidedState({ phase, verdict, person }: ReviewResult): FinalState | undefined {
  if (phase === "Revoked") return targetOf("revoke");
  const decided = person ?? verdict;
  return phase === "Applied" && decided !== "hold" ? targetOf(decided) : undefined;
}

/** The result for a connection that was left as it is. */
export function unchangedResult(id: ConnectionId, reason: string): ReviewResult {
  return { connection: id.text, reasons: [], unknown: [], applied: false, reason };
}

/** The result of an attempt that ended with `end`, from the record as it was claimed. */
export function resultOf(claimed: ConnectionRecord, end: Ended): ReviewResult {
  const { record } = end;
  const applied =
    record.phase === "Applied" && (claimed.phase !== "Applied" || record.decisionId !== claimed.decisionId);
  return { ...describe(end, applied ? undefined : reasonOf(record)), applied };
}

/** The result of a request that an earlier attempt answered: what its record says. */
export function earlierResult(record: ConnectionRecord): ReviewResult {
  return describe({ kind: "ended", record }, "a review that began after this request was made covered it");
}

function describe({ record, verdict, refusal, ...end }: Ended, reason: string | undefined): ReviewResult {
  const { id, state, phase } = record;
  const decisionId = end.decisionId ?? record.decisionId;
  const kind = verdict?.kind ?? record.verdict;
  const rule = verdict === undefined ? record.rule : verdict.rule;
  return {
    connection: id.text,
    ...(state === undefined ? {} : { state }),
    phase,
    ...(kind === undefined ? {} : { verdict: kind }),
    ...(rule === undefined ? {} : { rule }),
    reasons: verdict?.reasons ?? [],
    unknown: verdict?.unknown ?? [],
    ...(record.person === undefined ? {} : { person: record.person.verdict, decidedBy: record.person.by }),
    applied: false,
    ...(refusal === undefined ? {} : { refusal }),
    ...(reason === undefined ? {} : { reason }),
    ...(decisionId === undefined ? {} : { decisionId }),
  };
}

function reasonOf(record: ConnectionRecord): string {
  if (record.phase === "Gone") return "there is no such connection any more";
  return record.state === "Pending" ? (record.difficulty ?? record.reason ?? record.phase) : notPending;
}
