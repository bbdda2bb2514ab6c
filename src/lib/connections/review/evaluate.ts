import type { ConnectionId } from "../../azure/resource-id.ts";
import type { Mode } from "../../config/config.ts";
import { deciderHash } from "../../decider-hash.ts";
import { mapRead, thenRead, unknownRead } from "../../estate/read.ts";
import { prepare } from "../../policy/language/env.ts";
import { explainVerdict } from "../../policy/evaluate/explain.ts";
import { printFacts } from "../../policy/evaluate/fact-sheet.ts";
import type { Facts } from "../../policy/values/fact.ts";
import { connectionCatalogue } from "../../policy/language/fields.ts";
import type { LoadedPolicy } from "../../policy/loaded-policy.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import type { Connection, FactReads } from "../azure-connections.ts";
import { unsupportedReason } from "../facts/capability.ts";
import { decide } from "../decide.ts";
import { factsOf } from "../facts/fact-sources.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import { fingerprintOf } from "../facts/fingerprint.ts";
import { recordsOf, type Reservation } from "../ledger.ts";
import { refreshSubscriptions, readSnapshot } from "../facts/read-snapshot.ts";
import { revokes } from "../revocation.ts";
import type { Decision, PersonsDecision } from "../record/connection-record.ts";
import type { ReviewServices } from "./ports.ts";

/** A verdict with everything that it rests on. */
export interface Evaluation {
  readonly snapshot: Snapshot;
  readonly policy: LoadedPolicy;
  readonly verdict: Verdict;
  /** The person whose decision is followed instead. */
  readonly person?: PersonsDecision;
  /** Set if the verdict, a reject, is to be applied to a connection that is Approved. */
  readonly revokes?: true;
  readonly facts: Decision["facts"];
  readonly trace: Decision["trace"];
  readonly fingerprint: string;
}

/**
 * Evaluates the policy on a connection as it was just read. A verdict that leads to an action never rests on a list
 * that lacks a connection we know to be Approved.
 */
export async function evaluateConnection(
  services: EvaluationServices,
  connection: Connection,
  reservations: readonly Reservation[],
): Promise<Evaluation> {
  const policy = await services.policy();
  const first = evaluationOf(
    services,
    policy,
    await readSnapshot(services, connection, reservations, { networks: countsByVirtualNetwork(policy) }),
  );
  if (first.verdict.kind === "hold") return withUnreadable(first);
  const unlisted = await approvedButUnlisted(services.ledger, first.snapshot);
  const evaluation =
    unlisted === undefined ? first : evaluationOf(services, policy, withoutList(first.snapshot));
  // A rejection cannot be undone, so it does not rest on subscriptions that were read minutes ago.
  const last =
    evaluation.verdict.kind === "reject"
      ? evaluationOf(services, policy, await refreshSubscriptions(services.azure, evaluation.snapshot))
      : evaluation;
  return unlisted === undefined ? last : withHoldReason(last, unlistedReason(unlisted));
}

/** What an evaluation reads. It has no way to write. */
export interface EvaluationServices extends Pick<ReviewServices, "clock" | "policy" | "mode"> {
  readonly azure: FactReads;
  readonly ledger: Pick<ReviewServices["ledger"], "connections">;
}

/** Adds to a hold for want of a count what in Azure's list cannot be read: while it is there, nothing is counted. */
function withUnreadable(evaluation: Evaluation): Evaluation {
  const { snapshot, verdict } = evaluation;
  const unreadable = snapshot.service.kind === "known" ? (snapshot.service.value.unreadable ?? []) : [];
  if (unreadable.length === 0 || !verdict.unknown.some(({ reason }) => reason === "incomplete-list"))
    return evaluation;
  const reason = `Azure's list of the service's connections contains entries that cannot be read: ${unreadable.join(", ")}`;
  return withHoldReason(evaluation, reason);
}

function unlistedReason({ connectionName }: ConnectionId): string {
  return `Azure's list of the service's connections lacks ${connectionName}, which was Approved and is not known to be gone`;
}

/**
 * A connection that was last seen Approved, is not known to be deleted, and is missing from Azure's list of the
 * service's connections. The list is then incomplete, and nothing may be counted over it (I17): a limit may count what
 * is missing.
 */
async function approvedButUnlisted(
  ledger: Pick<ReviewServices["ledger"], "connections">,
  { connection, service }: Snapshot,
): Promise<ConnectionId | undefined> {
  const connections = thenRead(service, (found) => found.connections);
  if (connections.kind === "unknown") return undefined;
  const listed = new Set(connections.value.map(({ id }) => id.text));
  const records = await recordsOf(ledger, connection.id.service);
  return records.find(
    ({ id, phase, state }) => state === "Approved" && phase !== "Gone" && !listed.has(id.text),
  )?.id;
}

/** Adds a reason to a hold, so that a person can check it. Any other verdict does not rest on it. */
export function withHoldReason(evaluation: Evaluation, reason: string): Evaluation {
  const { verdict } = evaluation;
  if (verdict.kind !== "hold") return evaluation;
  return { ...evaluation, verdict: { ...verdict, reasons: [...verdict.reasons, reason] } };
}

function withoutList(snapshot: Snapshot): Snapshot {
  const connections = unknownRead("incomplete-list");
  return { ...snapshot, service: mapRead(snapshot.service, (found) => ({ ...found, connections })) };
}

function evaluationOf(
  { mode }: Pick<ReviewServices, "mode">,
  policy: LoadedPolicy,
  snapshot: Snapshot,
): Evaluation {
  const facts = factsOf(snapshot);
  const printed = printFacts(facts, connectionCatalogue);
  return {
    snapshot,
    policy,
    verdict: withUnsupportedReason(decide(policy, facts, snapshot.now), snapshot),
    facts: printed,
    trace: traceOf(policy, facts, snapshot.now),
    fingerprint: fingerprintOf(printed, snapshot, deciderHash(policy, mode)),
  };
}

/** Adds to a hold that the service cannot have private endpoints, since no decision could help the requester then. */
function withUnsupportedReason(verdict: Verdict, { service }: Snapshot): Verdict {
  const reason = unsupportedReason(service);
  if (verdict.kind !== "hold" || reason === undefined) return verdict;
  return { ...verdict, reasons: [...verdict.reasons, reason] };
}

function traceOf(policy: LoadedPolicy, facts: Facts, now: Date): Decision["trace"] {
  if (policy.kind === "invalid") return [];
  return explainVerdict(policy.compiled, prepare(facts, policy.compiled.layout, now.getTime()));
}

/** Whether the policy counts by virtual network, which costs a read of each counted endpoint. */
function countsByVirtualNetwork(policy: LoadedPolicy): boolean {
  return policy.kind === "valid" && policy.compiled.countsNetworks;
}

/** The decider hash to compare with; undefined if the policy could not be read, which does not count as a change. */
export function deciderInForce(policy: LoadedPolicy, mode: string): string | undefined {
  return policy.kind === "invalid" && policy.unread !== undefined ? undefined : deciderHash(policy, mode);
}

/** Hex digits of the decider hash that a digest keeps. */
const revokingDeciderDigits = 16;

/** What approvals are judged by, as digests keep it; undefined where nothing is revoked, so that none is judged. */
export function revokingDecider(policy: LoadedPolicy, mode: Mode): string | undefined {
  return revokes(policy, mode) ? deciderHash(policy, mode).slice(0, revokingDeciderDigits) : undefined;
}
