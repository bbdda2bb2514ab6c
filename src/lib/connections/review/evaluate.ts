import type { ConnectionId } from "../../azure/resource-id.ts";
import { sha256 } from "../../hash.ts";
import { prepare } from "../../policy/language/env.ts";
import { explainVerdict } from "../../policy/evaluate/explain.ts";
import { printFacts } from "../../policy/evaluate/fact-sheet.ts";
import type { Facts } from "../../policy/values/fact.ts";
import { connectionCatalogue } from "../../policy/language/field.ts";
import type { LoadedPolicy } from "../../policy/loaded-policy.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import type { Connection } from "../azure.ts";
import { whyNoEndpoints } from "../facts/capability.ts";
import { decide } from "../decide.ts";
import { factsOf } from "../facts/facts.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import { fingerprintOf } from "../facts/fingerprint.ts";
import { recordsOf, type Reservation } from "../ledger.ts";
import { refreshSubscriptions, readSnapshot } from "../facts/read-snapshot.ts";
import type { Decision } from "../record/record.ts";
import type { ReviewServices } from "./review-services.ts";

/** A verdict with all that it rests on. */
export interface Evaluation {
  readonly snapshot: Snapshot;
  readonly policy: LoadedPolicy;
  readonly verdict: Verdict;
  readonly facts: Decision["facts"];
  readonly trace: Decision["trace"];
  readonly fingerprint: string;
}

/** The verdict on a connection as it was just read. Whatever is acted on rests on a list that lacks nobody we know of. */
export async function evaluateConnection(
  services: EvaluationServices,
  connection: Connection,
  reservations: readonly Reservation[],
): Promise<Evaluation> {
  const policy = await services.policy();
  const first = evaluationOf(
    services,
    policy,
    await readSnapshot(services, connection, reservations, { networks: asksForNetworks(policy) }),
  );
  if (first.verdict.kind === "hold") return first;
  const lacking = await approvedButUnlisted(services.ledger, first.snapshot);
  const evaluation =
    lacking === undefined ? first : evaluationOf(services, policy, withoutList(first.snapshot));
  // A rejection cannot be undone, so that it rests on nothing that is some minutes old.
  const last =
    evaluation.verdict.kind === "reject"
      ? evaluationOf(services, policy, await refreshSubscriptions(services.azure, evaluation.snapshot))
      : evaluation;
  return lacking === undefined ? last : withReason(last, describeLack(lacking));
}

type EvaluationServices = Pick<ReviewServices, "azure" | "clock" | "ledger" | "policy" | "mode">;

function describeLack({ connectionName }: ConnectionId): string {
  return `Azure's list of the service's connections lacks ${connectionName}, which was Approved and is not known to be gone`;
}

/**
 * A connection that we last saw Approved and do not know to be gone, and that Azure's list of the service's connections lacks.
 * Then the list is not whole, and nothing may be counted over it (I17): what is missing may have a place that a limit counts.
 */
async function approvedButUnlisted(
  ledger: Pick<ReviewServices["ledger"], "connections">,
  { connection, service }: Snapshot,
): Promise<ConnectionId | undefined> {
  if (service.kind === "unknown" || service.value.connections.kind === "unknown") return undefined;
  const listed = new Set(service.value.connections.value.map(({ id }) => id.text));
  const records = await recordsOf(ledger, connection.id.service);
  return records.find(
    ({ id, phase, state }) => state === "Approved" && phase !== "Gone" && !listed.has(id.text),
  )?.id;
}

/** A hold says what it rests on, so that a person can look at it; what is approved all the same rests on no list. */
function withReason(evaluation: Evaluation, reason: string): Evaluation {
  const { verdict } = evaluation;
  if (verdict.kind !== "hold") return evaluation;
  return { ...evaluation, verdict: { ...verdict, reasons: [...verdict.reasons, reason] } };
}

function withoutList(snapshot: Snapshot): Snapshot {
  const { service } = snapshot;
  if (service.kind === "unknown") return snapshot;
  const connections = { kind: "unknown", reason: "incomplete-list" } as const;
  return { ...snapshot, service: { kind: "known", value: { ...service.value, connections } } };
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
    verdict: withCapability(decide(policy, facts, snapshot.now), snapshot),
    facts: printed,
    trace: traceOf(policy, facts, snapshot.now),
    fingerprint: fingerprintOf(printed, snapshot, deciderHash(policy, mode)),
  };
}

/** Who waits for a hold to be settled should hear where no verdict could be of use. */
function withCapability(verdict: Verdict, { service }: Snapshot): Verdict {
  const unable = whyNoEndpoints(service);
  if (verdict.kind !== "hold" || unable === undefined) return verdict;
  return { ...verdict, reasons: [...verdict.reasons, unable] };
}

function traceOf(policy: LoadedPolicy, facts: Facts, now: Date): Decision["trace"] {
  if (policy.kind === "invalid") return [];
  return explainVerdict(policy.compiled, prepare(facts, policy.compiled.layout, now.getTime()));
}

/** Whether anything counts by virtual network, which costs a read of each endpoint that is counted. */
function asksForNetworks(policy: LoadedPolicy): boolean {
  return policy.kind === "valid" && policy.compiled.countsNetworks;
}

/** What decides, hashed: policy, parameters and mode. A change of any re-reviews what is held. */
export function deciderHash({ hash }: LoadedPolicy, mode: string): string {
  return sha256(`${hash}\n${mode}`);
}

/** The same, for telling whether it changed; undefined where the policy could not be read, which is no change. */
export function deciderInForce(policy: LoadedPolicy, mode: string): string | undefined {
  return policy.kind === "invalid" && policy.unread !== undefined ? undefined : deciderHash(policy, mode);
}

/** Whether the connection and its endpoint still are what the decision was made on. */
export async function isUnchanged(
  services: Pick<ReviewServices, "azure" | "clock" | "mode">,
  { snapshot, policy, fingerprint }: Evaluation,
  connection: Connection,
): Promise<boolean> {
  const again = await readSnapshot(services, connection, snapshot.reservations, { earlier: snapshot });
  const facts = printFacts(factsOf(again), connectionCatalogue);
  return fingerprintOf(facts, again, deciderHash(policy, services.mode)) === fingerprint;
}
