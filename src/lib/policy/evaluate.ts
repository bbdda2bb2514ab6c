import { compileCondition, reader, type CompiledPolicy, type CompiledRule } from "./compile.ts";
import type { Facts } from "./fact.ts";
import type { Catalogue, FieldReference } from "./field.ts";
import type { Condition } from "./policy.ts";
import { TRUE, UNKNOWN, type Truth } from "./truth.ts";
import type { UnknownFact, Verdict } from "./verdict.ts";

/**
 * What the policy says of these facts. Deny overrides, whatever the order of rules: a true reject, else an
 * unknown reject holds, else a hold, else a true approve, else an unknown approve holds, else the default.
 * An approve or a reject stays the same whatever the unknown facts turn out to be.
 * Pure: no I/O, no clock.
 */
export function evaluate(compiled: CompiledPolicy, facts: Facts, catalogue: Catalogue): Verdict {
  const { approve, reject, hold } = compiled.rules;
  const rejects = outcomes(reject, facts);
  if (rejects.true.length > 0) return decided("reject", rejects.true);
  if (rejects.unknown.length > 0) return undecided(rejects.unknown, facts);
  const holds = outcomes(hold, facts);
  if (holds.true.length > 0) return decided("hold", holds.true);
  if (holds.unknown.length > 0) return undecided(holds.unknown, facts);
  const approves = outcomes(approve, facts);
  if (approves.true.length > 0) return decided("approve", approves.true);
  if (approves.unknown.length > 0) return undecided(approves.unknown, facts);
  return byDefault(compiled, facts, catalogue);
}

interface Outcomes {
  readonly true: readonly CompiledRule[];
  readonly unknown: readonly CompiledRule[];
}

/** Every rule is evaluated, so that all reasons are kept; sorted by name, so that order never shows. */
function outcomes(rules: readonly CompiledRule[], facts: Facts): Outcomes {
  const results = rules
    .map((compiled) => ({ compiled, truth: compiled.decide(facts) }))
    .toSorted((a, b) => (a.compiled.rule.name < b.compiled.rule.name ? -1 : 1));
  const which = (wanted: Truth) =>
    results.filter(({ truth }) => truth === wanted).map(({ compiled }) => compiled);
  return { true: which(TRUE), unknown: which(UNKNOWN) };
}

function decided(kind: Verdict["kind"], rules: readonly CompiledRule[]): Verdict {
  const verb = { approve: "approves it", reject: "rejects it", hold: "holds it for a person" }[kind];
  return {
    kind,
    ...ruleOf(rules),
    reasons: rules.map(
      ({ rule }) => `rule "${rule.name}" ${verb}${rule.reason === undefined ? "" : `: ${rule.reason}`}`,
    ),
    unknown: [],
  };
}

function undecided(rules: readonly CompiledRule[], facts: Facts): Verdict {
  const unknown = rules.map(({ rule }) => ({ rule, facts: unknownFacts(rule.if, facts) }));
  return {
    kind: "hold",
    ...ruleOf(rules),
    reasons: unknown.map(
      ({ rule, facts: list }) =>
        `rule "${rule.name}" (${rule.effect}) cannot be decided: ${list.map(describe).join(", ")}`,
    ),
    unknown: distinct(unknown.flatMap((each) => each.facts)),
  };
}

function describe({ field, reason }: UnknownFact): string {
  return `${field} is unknown (${reason})`;
}

function ruleOf(rules: readonly CompiledRule[]): { rule?: string } {
  const first = rules[0];
  return first === undefined ? {} : { rule: first.rule.name };
}

/** The unknown facts that a condition's value hangs on: members that are already decided do not count. */
export function unknownFacts(condition: Condition, facts: Facts): UnknownFact[] {
  if (compileCondition(condition)(facts) !== UNKNOWN) return [];
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return distinct(condition.members.flatMap((member) => unknownFacts(member, facts)));
    case "not":
      return unknownFacts(condition.member, facts);
    case "field": {
      const fact = reader(condition.reference)(facts);
      return fact.kind === "unknown" ? [{ field: nameOf(condition.reference), reason: fact.reason }] : [];
    }
  }
}

function nameOf({ field, key }: FieldReference): string {
  return key === undefined ? field.name : `${field.name}['${key}']`;
}

function distinct(list: readonly UnknownFact[]): UnknownFact[] {
  const byField = new Map(list.map((each) => [each.field, each]));
  return [...byField.values()].toSorted((a, b) => (a.field < b.field ? -1 : 1));
}

/** A default of reject needs everything to be known, since a rejection cannot be undone on Azure. */
function byDefault({ policy }: CompiledPolicy, facts: Facts, { fields }: Catalogue): Verdict {
  if (policy.default === "hold")
    return { kind: "hold", reasons: ["no rule applies, and the default is hold"], unknown: [] };
  const missing = fields.flatMap(({ name }, slot) => {
    const fact = facts[slot];
    return fact?.kind === "unknown" ? [{ field: name, reason: fact.reason }] : [];
  });
  if (missing.length === 0)
    return { kind: "reject", reasons: ["no rule applies, and the default is reject"], unknown: [] };
  return {
    kind: "hold",
    reasons: [
      `no rule applies, and the default of reject needs every fact: ${missing.map(describe).join(", ")}`,
    ],
    unknown: missing,
  };
}
