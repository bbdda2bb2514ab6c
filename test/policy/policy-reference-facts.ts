import type { Fact, FactValue } from "../../src/lib/policy/values/fact.ts";
import type { FieldName } from "../../src/lib/policy/language/fields.ts";
import { keyOf } from "./policy-reference-operators.ts";

export type FactsByName = Readonly<Partial<Record<FieldName, Fact>>>;

/** What a condition is asked about. */
export interface World {
  readonly facts: FactsByName;
  readonly now: number;
  /** The member that a count is looking at, and the field or the name that it goes by. */
  readonly member?: { readonly list: string; readonly value: FactValue };
  /** Set in a rule that approves: whether what is asked now helps it to be true, or keeps it from that. */
  readonly approving?: "by being true" | "by being false";
}

export const unknown = Symbol("unknown");
export type Read = FactValue | typeof unknown;

export function read(name: string, facts: FactsByName): Read {
  const [, base = name, key] = /^(.*?tags)\.(\w+)$/.exec(name) ?? [];
  const fact = facts[base as FieldName] ?? { kind: "absent" };
  if (fact.kind === "unknown") return unknown;
  const value = fact.kind === "known" ? fact.value : null;
  return key === undefined ? value : keyOf(value, key);
}
