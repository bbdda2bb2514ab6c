import type { CompiledPolicy, CompiledRule, Judgement } from "../compile/compile.ts";
import type { Env } from "../language/env.ts";
import { firstOf, type RuleGroup } from "../compile/rule-group.ts";
import { noRule } from "../compile/rule-index.ts";

const limited: Judgement = { kind: "hold", because: "limit" };
const rejectedByDefault: Judgement = { kind: "reject", because: "default" };
const heldByDefault: Judgement = { kind: "hold", because: "default" };
const unread: Judgement = { kind: "hold", because: "unread" };

/**
 * The policy's verdict without reasons. Deny overrides, independently of the order of rules: a true reject; else an
 * unknown reject, which holds; else a true or unknown hold; else a true approve, which holds if a limit is reached or
 * unknown; else an unknown approve, which holds; else the default. Pure; allocates nothing.
 */
export function judge(compiled: CompiledPolicy, env: Env): Judgement {
  const { reject, hold, approve } = compiled.groups;
  const refused = judgeGroup(reject, env) ?? judgeGroup(hold, env);
  if (refused !== undefined) return refused;
  const found = judgeGroup(approve, env);
  if (found === undefined) return byDefault(compiled, env);
  return found.kind === "approve" && isLimited(compiled, env) ? limited : found;
}

/** A loop, because `some` would need a closure in every decision. */
function isLimited({ limits }: CompiledPolicy, env: Env): boolean {
  for (const { status } of limits) if (status(env).kind !== "free") return true;
  return false;
}

function judgeGroup(group: RuleGroup<CompiledRule>, env: Env): Judgement | undefined {
  const found = firstOf(group, env);
  if (found === noRule) return undefined;
  return found > noRule ? group.rules[found]?.decided : group.rules[noRule - 1 - found]?.undecided;
}

/** The default may reject only if all needed facts are known, since a rejection cannot be undone on Azure. */
function byDefault({ policy, needed }: CompiledPolicy, { facts }: Env): Judgement {
  if (policy.default === "hold") return heldByDefault;
  return needed.some((slot) => facts[slot]?.kind === "unknown") ? unread : rejectedByDefault;
}
