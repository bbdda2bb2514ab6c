import { explain } from "../policy/explain.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { Connection } from "./azure.ts";
import { decide } from "./decide.ts";
import { factsOf, printFacts, type Snapshot } from "./facts.ts";
import { fingerprintOf, sha256 } from "./fingerprint.ts";
import { look } from "./look.ts";
import type { Decision } from "./record.ts";
import type { ReviewServices } from "./review.ts";

/** A verdict with all that it rests on. */
export interface Considered {
  readonly snapshot: Snapshot;
  readonly policy: LoadedPolicy;
  readonly verdict: Verdict;
  readonly facts: Decision["facts"];
  readonly trace: Decision["trace"];
  readonly fingerprint: string;
}

export async function consider(
  services: Pick<ReviewServices, "azure" | "clock" | "policy" | "mode">,
  connection: Connection,
): Promise<Considered> {
  const policy = await services.policy();
  const snapshot = await look(services, connection);
  const facts = factsOf(snapshot);
  const printed = printFacts(facts);
  return {
    snapshot,
    policy,
    verdict: decide(policy, facts),
    facts: printed,
    trace: policy.kind === "valid" ? explain(policy.compiled.policy, facts) : [],
    fingerprint: fingerprintOf(printed, snapshot, deciderHash(policy, services.mode)),
  };
}

/** What decides, hashed: policy, parameters and mode. A change of any re-reviews what is held. */
export function deciderHash({ hash }: LoadedPolicy, mode: string): string {
  return sha256(`${hash}\n${mode}`);
}

/** Whether the connection and its endpoint still are what the decision was made on. */
export async function unchanged(
  services: Pick<ReviewServices, "azure" | "clock" | "mode">,
  { snapshot, policy, fingerprint }: Considered,
  connection: Connection,
): Promise<boolean> {
  const again = await look(services, connection, snapshot.service);
  const facts = printFacts(factsOf(again));
  return fingerprintOf(facts, again, deciderHash(policy, services.mode)) === fingerprint;
}
