import { deciderHash } from "../../decider-hash.ts";
import type { Read } from "../../estate/read.ts";
import { printFacts } from "../../policy/evaluate/fact-sheet.ts";
import { connectionCatalogue } from "../../policy/language/fields.ts";
import type { Connection } from "../azure-connections.ts";
import { factsOf } from "../facts/fact-sources.ts";
import { fingerprintOf } from "../facts/fingerprint.ts";
import { readEndpoint, readSnapshot } from "../facts/read-snapshot.ts";
import type { Evaluation } from "./evaluate.ts";
import type { ReviewServices } from "./ports.ts";

export interface Recheck {
  readonly read: Read<Connection>;
  /** Whether everything that the decision rests on is as it was. False where the connection could not be read. */
  readonly isUnchanged: boolean;
}

/**
 * Reads the connection of a decision and its endpoint again, both at once, and compares them and the policy in force
 * with what was decided on, so that nothing is written for what has changed since.
 */
export async function recheckBeforeWrite(
  services: Pick<ReviewServices, "azure" | "clock" | "mode" | "policy">,
  { snapshot, fingerprint }: Evaluation,
): Promise<Recheck> {
  const { connection } = snapshot;
  const [read, endpoint, policy] = await Promise.all([
    services.azure.connection(connection.id),
    readEndpoint(services.azure, connection),
    services.policy(),
  ]);
  if (read.kind === "unknown") return { read, isUnchanged: false };
  // If the connection names another endpoint now, the one that was read is not its own: the fact `endpoint.id` shows
  // it.
  const rest = { earlier: snapshot, endpoint };
  const current = await readSnapshot(services, read.value, snapshot.reservations, rest);
  const facts = printFacts(factsOf(current), connectionCatalogue);
  const isUnchanged = fingerprintOf(facts, current, deciderHash(policy, services.mode)) === fingerprint;
  return { read, isUnchanged };
}
