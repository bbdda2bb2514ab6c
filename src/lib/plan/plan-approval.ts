import { isDue } from "../clock.ts";
import type { Connection, Service } from "../connections/azure-connections.ts";
import { decisionIn } from "../connections/record/description.ts";
import type { ApprovalTerm } from "../connections/record/connection-record.ts";
import type { Evaluation } from "../connections/review/evaluate.ts";
import {
  graceOf,
  isRevoking,
  revocableAt,
  revocabilityOf,
  revokes,
  type RecordedApproval,
} from "../connections/revocation.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { printDuration } from "../policy/values/duration.ts";
import type { Planned } from "./planned.ts";

/** What the app has recorded of a service's connections, by their ids. */
export type RecordedApprovals = ReadonlyMap<string, RecordedApproval>;

/** What Azure itself shows of who approved a connection: the description of ours names its decision. */
export function approvalsOnAzure({ readable }: Pick<Service, "readable">): RecordedApprovals {
  const found = new Map<string, RecordedApproval>();
  for (const { id, state, description } of readable) {
    const decisionId = decisionIn(description);
    if (state === "Approved" && decisionId !== undefined)
      found.set(id.text, { phase: "Applied", action: "approve", decisionId });
  }
  return found;
}

/** Whether a policy is to be evaluated on what is Approved: it may revoke it, or the approval ends. */
export function isJudged(policy: LoadedPolicy, approval: RecordedApproval | undefined, now: Date): boolean {
  return revokes(policy, "enforce") || isEnding(approval?.term, now);
}

/** Whether its end was announced, or is about to be. */
function isEnding(term: ApprovalTerm | undefined, now: Date): term is ApprovalTerm {
  return term !== undefined && (term.noticedAt !== undefined || isDue(term.nextAt, now));
}

/** Ids of the connections, other than this one, whose revocation is decided, whatever Azure's list still shows. */
function leavingBeside({ id }: Connection, approvals: RecordedApprovals): string[] {
  return [...approvals].flatMap(([each, approval]) =>
    each !== id.text && (approval.phase === "Revoked" || isRevoking(approval)) ? [each] : [],
  );
}

/** What is done with an Approved connection, and why; undefined where it is left as it is and nobody is told. */
export function planApproval(
  { policy, verdict, snapshot }: Evaluation,
  approvals: RecordedApprovals,
  now: Date,
): Pick<Planned, "action" | "reasons"> | undefined {
  const { connection } = snapshot;
  const approval = approvals.get(connection.id.text);
  const leaving = leavingBeside(connection, approvals);
  const { kind, reason } = revocabilityOf({ policy, verdict, snapshot }, approval, "enforce", leaving);
  if (kind === "revoke")
    return { action: "revoke", reasons: [...verdict.reasons, timeOf(policy, approval, now)] };
  if (kind === "blocked") return { action: "keep", reasons: [reason] };
  if (verdict.kind === "reject" && revokes(policy, "enforce"))
    return { action: "keep", reasons: [...verdict.reasons, reason] };
  const term = approval?.term;
  return isEnding(term, now) ? { action: "recertify", reasons: recertifying(term, verdict, now) } : undefined;
}

/** When it is revoked: after its notice and the grace. */
function timeOf(policy: LoadedPolicy, approval: RecordedApproval | undefined, now: Date): string {
  const grace = graceOf(policy);
  const { revocation } = approval ?? {};
  // A notice that it is kept names no time.
  if (revocation === undefined || revocation.isBlocked === true)
    return `it is announced first (RevocationDue), and revoked ${printDuration(grace)} later unless that changes`;
  const announced = `it was announced at ${revocation.noticedAt}, and is revoked`;
  const at = revocableAt(revocation, grace);
  return isDue(at, now) ? `${announced} now` : `${announced} after ${at} unless that changes`;
}

function recertifying({ until }: ApprovalTerm, verdict: Evaluation["verdict"], now: Date): readonly string[] {
  const ends = isDue(until, now) ? `its approval ended at ${until}` : `its approval ends at ${until}`;
  const then =
    verdict.kind === "approve"
      ? "the policy renews it"
      : `nothing renews it (the verdict is ${verdict.kind}): it stays Approved, with an alert (RecertificationDue)`;
  return [ends, then, ...verdict.reasons];
}
