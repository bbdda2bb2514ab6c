import { dayMs, hasElapsed, hourMs, isDue, plusMs } from "../clock.ts";
import type { Mode } from "../config/config.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import type { Verdict } from "../policy/evaluate/verdict.ts";
import type { Snapshot } from "./facts/snapshot.ts";
import type { ConnectionRecord, Revocation } from "./record/connection-record.ts";

/** Whether an Approved connection is revoked, and why. `blocked`: the policy rejects it, and the guard keeps it. */
export interface Revocability {
  readonly kind: "revoke" | "blocked" | "keep";
  readonly reason: string;
}

/** What a record says of an approval. */
export type RecordedApproval = Pick<
  ConnectionRecord,
  "phase" | "action" | "decisionId" | "term" | "revocation"
>;

/** What an approval is judged by. */
interface Judged {
  readonly policy: LoadedPolicy;
  readonly verdict: Verdict;
  readonly snapshot: Pick<Snapshot, "connection" | "service">;
}

/**
 * Whether an Approved connection would be revoked: the policy says `revoke: rejected` and rejects it on known facts,
 * and it is ours, or somebody approved it behind the policy's back. Notice, grace and budget are not in it: they say
 * when. `leaving` are the ids of connections that were revoked, whatever Azure's list still shows. Pure.
 */
export function revocabilityOf(
  { policy, verdict, snapshot }: Judged,
  record: RecordedApproval | undefined,
  mode: Mode,
  leaving: readonly string[] = [],
): Revocability {
  const keep = (reason: string): Revocability => ({ kind: "keep", reason });
  if (policy.kind === "invalid") return keep("the policy does not load");
  if (policy.compiled.policy.revoke !== "rejected") return keep("the policy does not revoke");
  if (mode !== "enforce") return keep(`mode ${mode}: nothing is revoked`);
  if (snapshot.connection.state !== "Approved") return keep("it is not Approved");
  if (verdict.kind !== "reject") return keep("the policy does not reject it");
  if (verdict.unknown.length > 0) return keep("a fact that the policy needs is unknown");
  const exempt = exemptionOf(record);
  if (exempt !== undefined) return keep(exempt);
  const reason = verdict.reasons.join("; ");
  const guard = guardOf(snapshot, leaving);
  return guard === undefined
    ? { kind: "revoke", reason }
    : { kind: "blocked", reason: `${reason}; ${guard}` };
}

/** Why Drawbridge does not take an approval back, whatever the policy says; undefined where it may. */
function exemptionOf(record: RecordedApproval | undefined): string | undefined {
  if (record === undefined) return "no decision about it is recorded";
  const { phase, action, decisionId } = record.revocation?.before ?? record;
  if (phase === "Overridden") return "a person approved it";
  if (phase === "Adopted")
    return decisionId === undefined ? "it was Approved before Drawbridge saw its service" : undefined;
  return phase === "Applied" && action === "approve" ? undefined : `its phase is ${phase}`;
}

/**
 * A service that is not reachable on its public address would be reachable by nobody without its last approved
 * connection. What is unknown counts as the worse.
 */
function guardOf(
  { connection, service }: Judged["snapshot"],
  leaving: readonly string[],
): string | undefined {
  if (service.kind === "unknown")
    return "its service could not be read, so it may be the last approved connection";
  const { publicNetworkAccess: access, connections } = service.value;
  if (access.kind === "known" && access.value === "Enabled") return undefined;
  if (connections.kind === "unknown") return "the service's other connections could not be read";
  const others = connections.value.filter(
    ({ id, state }) => state === "Approved" && id.text !== connection.id.text && !leaving.includes(id.text),
  );
  return others.length > 0
    ? undefined
    : "it is the last approved connection of a service whose public network access is not on";
}

/** Between the notice and a revocation, where the policy does not say how long. */
const graceMs = 7 * dayMs;

/** How long after its notice a connection is revoked. */
export function graceOf(policy: LoadedPolicy): number {
  return policy.kind === "valid" ? (policy.compiled.policy.revokeAfterMs ?? graceMs) : graceMs;
}

/**
 * When what was announced is revoked: not before the time that the notice named, nor before the grace of the policy in
 * force.
 */
export function revocableAt({ noticedAt, dueAt }: Revocation, grace: number): string {
  const after = plusMs(new Date(noticedAt), grace);
  return after > dueAt ? after : dueAt;
}

/** Whether a policy may revoke anything in a mode. */
export function revokes(policy: LoadedPolicy, mode: Mode): boolean {
  return policy.kind === "valid" && policy.compiled.policy.revoke === "rejected" && mode === "enforce";
}

/** Whether a decided revocation is under way. */
export function isRevoking({ action, phase }: Pick<ConnectionRecord, "action" | "phase">): boolean {
  return action === "revoke" && (phase === "Decided" || phase === "Applying" || phase === "Failed");
}

/** Shorter than the day in which the rotation reads each service, so that each of its turns evaluates. */
const judgedForMs = 18 * hourMs;

/**
 * Whether an Approved connection is to be judged: never by this policy, not for most of a day, or since its notice is
 * over.
 */
export function isRevocationCheckDue(
  record: ConnectionRecord,
  decider: string | undefined,
  now: Date,
): boolean {
  if (decider === undefined || exemptionOf(record) !== undefined) return false;
  const { judged, revocation } = record;
  if (revocation !== undefined && isDue(revocation.dueAt, now)) return true;
  return judged?.decider !== decider || hasElapsed(judgedForMs, judged.at, now);
}
