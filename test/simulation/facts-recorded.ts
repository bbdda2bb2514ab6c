import type { Decision } from "../../src/lib/connections/record/record.ts";
import { isUnknownReason, type Fact, type FactValue } from "../../src/lib/policy/values/fact.ts";
import type { FieldName } from "../../src/lib/policy/language/fields.ts";
import { referenceVerdict, type FactsByName, type PolicyJson } from "../policy/policy-reference.ts";

/** What the second evaluator says of a recorded decision, on its recorded facts and under its policy; it shares nothing with ours. */
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
