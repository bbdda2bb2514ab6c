import type { Decision } from "../../src/lib/connections/record/connection-record.ts";
import type { Fact, FactValue } from "../../src/lib/policy/values/fact.ts";
import { isUnknownReason } from "../../src/lib/policy/values/unknown-reason.ts";
import type { FieldName } from "../../src/lib/policy/language/fields.ts";
import { referenceVerdict, type FactsByName, type PolicyJson } from "../policy/policy-reference.ts";

/**
 * The verdict of the reference evaluator, which shares no code with ours, on a decision's recorded facts and policy.
 */
export function referenceOf({ facts, policy }: Decision, policies: readonly PolicyJson[]): string {
  const found = policies.find(({ name }) => name === policy.name);
  if (found === undefined) return `no policy ${policy.name}`;
  const now = Date.parse(textOf(facts.known["time.now"]));
  return referenceVerdict(found, recorded(facts), now).kind;
}

export function textOf(value: FactValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function recorded({ known, unknown }: Decision["facts"]): FactsByName {
  const facts: Partial<Record<FieldName, Fact>> = {};
  for (const [name, value] of Object.entries(known)) facts[name as FieldName] = { kind: "known", value };
  for (const [name, reason] of Object.entries(unknown))
    facts[name as FieldName] = { kind: "unknown", reason: isUnknownReason(reason) ? reason : "failed" };
  return facts;
}
