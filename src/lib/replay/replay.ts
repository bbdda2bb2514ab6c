import { nameOfInvalid, type Decision, type Link } from "../connections/record/connection-record.ts";
import { parseJson } from "../json.ts";
import type { CompiledPolicy, Judgement } from "../policy/compile/compile.ts";
import { storedFacts, type StoredFacts } from "../policy/evaluate/fact-sheet.ts";
import { lastingMs } from "../policy/evaluate/evaluate.ts";
import { judge } from "../policy/evaluate/judge.ts";
import { prepare } from "../policy/language/env.ts";
import { parseInstant } from "../policy/values/instant.ts";
import { byNetwork, usedFields } from "./used-fields.ts";
import { decidingFacts, type Decided, type DecidingFact } from "./deciding-facts.ts";

/** What a policy says of a recorded entry. */
export type Replayed =
  /** The line holds no entry of a chain. */
  | { readonly kind: "malformed" }
  /** An entry that is no decision. */
  | { readonly kind: "other" }
  | { readonly kind: "same" }
  | { readonly kind: "cannot"; readonly reason: string }
  | {
      readonly kind: "otherwise";
      readonly id: string;
      readonly connection: string;
      readonly before: Decided;
      readonly after: Decided;
      readonly facts: readonly DecidingFact[];
    };

type Recorded = Pick<
  Decision & Link,
  "id" | "at" | "kind" | "connection" | "verdict" | "facts" | "policy" | "restrained"
>;

/**
 * Evaluates a policy on the facts of recorded decisions, at the instant of each. Nothing is guessed: a fact that the
 * record lacks is unknown, and a verdict that this fact could change counts as none. Pure.
 */
export function replayer(policy: CompiledPolicy): (line: string) => Replayed {
  const networks = policy.catalogue.fields.findIndex(({ name }) => name === byNetwork);
  const replay = { policy, networks, used: usedFields(policy) };
  return (line) => {
    const entry = parseJson(line) as Partial<Recorded> | null | undefined;
    if (typeof entry?.id !== "string" || typeof entry.kind !== "string") return { kind: "malformed" };
    if (entry.kind !== "decision") return { kind: "other" };
    const { connection, verdict, facts: sheet } = entry;
    if (typeof connection !== "string" || typeof verdict?.kind !== "string") return { kind: "malformed" };
    if (entry.policy?.name === nameOfInvalid)
      return { kind: "cannot", reason: "the policy of that time did not load, so no rule decided" };
    if (typeof sheet?.known !== "object" || typeof sheet.unknown !== "object")
      return { kind: "cannot", reason: "the record has no facts" };
    return replayed(replay, entry as Recorded);
  };
}

interface Replay {
  readonly policy: CompiledPolicy;
  /** Fields that a verdict may depend on. */
  readonly used: ReadonlySet<string>;
  /** The slot of the count by virtual network. */
  readonly networks: number;
}

function replayed(replay: Replay, entry: Recorded): Replayed {
  const { id, at, connection, facts: sheet } = entry;
  const { policy } = replay;
  // A breaker is no part of a policy: what it withheld was approved.
  const verdict =
    entry.restrained === undefined ? entry.verdict : { ...entry.verdict, kind: "approve" as const };
  const time = sheet.known["time.now"];
  const now = parseInstant(typeof time === "string" ? time : at);
  if (now === undefined) return { kind: "cannot", reason: "the record does not say when it was decided" };
  const stored = storedFacts(sheet, policy.catalogue, replay.used);
  const env = prepare(stored.facts, policy.layout, now);
  const judgement = judge(policy, env);
  const lacking = blockingLack(replay, judgement, stored);
  if (lacking !== undefined) return { kind: "cannot", reason: lacking };
  const forMs = judgement.kind === "approve" ? lastingMs(policy, env) : undefined;
  const before = decided(verdict);
  const after = decided({ ...judgement, ...(forMs === undefined ? {} : { forMs }) });
  if (after.kind === before.kind && after.forMs === before.forMs) return { kind: "same" };
  return {
    kind: "otherwise",
    id,
    connection,
    before,
    after,
    facts: decidingFacts(policy, env, before, after),
  };
}

function decided({ kind, rule, forMs }: Decided): Decided {
  return {
    kind,
    ...(kind !== "approve" || forMs === undefined ? {} : { forMs }),
    ...(rule === undefined ? {} : { rule }),
  };
}

/**
 * Why the verdict could be another one with the facts that the record lacks; undefined where it could not. An approve,
 * a reject, and a hold by a rule or by the default stay the same whatever an unknown fact turns out to be.
 */
function blockingLack(
  { used, networks }: Replay,
  { because }: Judgement,
  { facts, lacking }: StoredFacts,
): string | undefined {
  if (because === "rule" || because === "default") return undefined;
  const [field] = lacking;
  if (field !== undefined) return `the record lacks ${field}`;
  const fact = facts[networks];
  const isUncounted = used.has(byNetwork) && fact?.kind === "unknown" && fact.reason === "not-attempted";
  return isUncounted
    ? `${byNetwork} was not read, because the policy of that time did not count by it`
    : undefined;
}
