import { closestRules } from "./closest-rule.ts";
import type { CompiledPolicy, CompiledRule, Judgement } from "../compile/compile.ts";
import { decide } from "../compile/decision-diagram.ts";
import type { Env } from "../language/env.ts";
import { judge } from "./judge.ts";
import type { Effect } from "../language/policy.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { blockingUnknowns, distinctByField, unknownFact } from "./blocking-unknowns.ts";
import { neverSatisfied, vacuityOf } from "../language/vacuity.ts";
import { describeUnknown, type RuleAlert, type UnknownFact, type Verdict } from "./verdict.ts";
import { defaultReason, describeLimit, isClosed, reasonOf, undecidedReason } from "./verdict-reasons.ts";

/**
 * The policy's verdict on prepared facts, with reasons. An approve or a reject is the same for all values of the
 * unknown facts. Pure: no I/O and no clock of its own.
 */
export function evaluate(compiled: CompiledPolicy, env: Env): Verdict {
  const judgement = judge(compiled, env);
  return { ...verdictOf(compiled, env, judgement), alerts: alertsOf(compiled, env) };
}

type Reasoned = Omit<Verdict, "alerts">;

function verdictOf(compiled: CompiledPolicy, env: Env, judgement: Judgement): Reasoned {
  const { kind, because } = judgement;
  switch (because) {
    case "rule": {
      const rules = decidingRules(compiled, env, kind);
      return {
        kind,
        ...ruleOf(judgement),
        ...lastingOf(kind, rules),
        reasons: rules.map(reasonOf),
        unknown: [],
      };
    }
    case "unknown":
      return undecidedVerdict(compiled, env, judgement);
    case "limit":
      return limitedVerdict(compiled, env);
    case "default":
      return { kind, reasons: byDefault(compiled, env, kind), unknown: [] };
    case "unread":
      return unreadVerdict(compiled, env);
  }
}

/** How long an approval on these facts lasts, in milliseconds; undefined where it has no end. */
export function lastingMs(compiled: CompiledPolicy, env: Env): number | undefined {
  return lastingOf("approve", decidingRules(compiled, env, "approve")).forMs;
}

/** An approval lasts as long as the longest of the rules that approve, and without end if one of them has none. */
function lastingOf(kind: Verdict["kind"], rules: readonly CompiledRule[]): Pick<Verdict, "forMs"> {
  const lasting = rules.map(({ rule }) => rule.forMs ?? Infinity);
  const forMs = Math.max(...lasting);
  return kind === "approve" && Number.isFinite(forMs) ? { forMs } : {};
}

/**
 * When the first window opens in which an approve rule that is true takes effect. None where a reject or hold rule is
 * undecided, among them the hold that an exemption makes of an approve rule: that one is for a person, whatever the
 * time.
 */
function openingOf({ groups }: CompiledPolicy, env: Env, judgement: Judgement): Pick<Verdict, "opensAt"> {
  const { rules } = groups.approve;
  if (!rules.some(({ undecided }) => undecided === judgement)) return {};
  const waiting = rules.filter((each) => decide(each.condition, env) === TRUE && isClosed(each, env));
  const opens = Math.min(...waiting.map(({ window }) => window?.opensAt(env.now) ?? Infinity));
  return Number.isFinite(opens) ? { opensAt: new Date(opens).toISOString() } : {};
}

/** The reasons of the default. The requester reads those of a rejection, so they do not describe the rules. */
function byDefault(compiled: CompiledPolicy, env: Env, kind: Judgement["kind"]): string[] {
  const reason = defaultReason(kind);
  return kind === "hold" ? [reason, ...closestRules(compiled, env)] : [reason];
}

function ruleOf({ rule }: Judgement): { rule?: string } {
  return rule === undefined ? {} : { rule };
}

/** All rules of an effect with this truth, by name, so that reasons do not depend on the order in the file. */
function rulesWithTruth(compiled: CompiledPolicy, effect: Effect, env: Env, truth: Truth): CompiledRule[] {
  return compiled.groups[effect].rules.filter(({ decision }) => decide(decision, env) === truth);
}

function decidingRules(compiled: CompiledPolicy, env: Env, kind: Judgement["kind"]): CompiledRule[] {
  return rulesWithTruth(compiled, kind, env, TRUE);
}

const precedence = ["reject", "hold", "approve"] as const;

function undecidedVerdict(compiled: CompiledPolicy, env: Env, judgement: Judgement): Reasoned {
  const rules = precedence
    .map((effect) => rulesWithTruth(compiled, effect, env, UNKNOWN))
    .find((list) => list.length > 0);
  const each = (rules ?? []).map((rule) => ({ rule, facts: blockingUnknownsOf(rule, env) }));
  return {
    kind: "hold",
    ...ruleOf(judgement),
    ...openingOf(compiled, env, judgement),
    reasons: each.map(({ rule, facts }) => undecidedReason(rule, facts, env)),
    unknown: distinctByField(each.flatMap(({ facts }) => facts)),
  };
}

/**
 * The unknowns that keep a rule undecided: those in its condition, or in its exemptions; none if its window is closed.
 */
function blockingUnknownsOf(rule: CompiledRule, env: Env): UnknownFact[] {
  if (decide(rule.condition, env) === UNKNOWN)
    return blockingUnknowns(rule.if, env, vacuityOf(rule.rule.effect));
  if (isClosed(rule, env)) return [];
  const open = rule.exemptions.filter(({ applies }) => applies(env) === UNKNOWN);
  return distinctByField(open.flatMap(({ target }) => blockingUnknowns(target, env, neverSatisfied)));
}

function limitedVerdict(compiled: CompiledPolicy, env: Env): Reasoned {
  const reasons: string[] = [];
  const unknown: UnknownFact[] = [];
  for (const { limit, status } of compiled.limits) {
    const found = status(env);
    const name = describeLimit(limit);
    if (found.kind === "reached") {
      const from = found.group === undefined ? "" : ` from management group "${found.group}"`;
      reasons.push(`${name} is reached: ${found.approved} of at most ${found.max} are approved${from}`);
    }
    if (found.kind === "untagged")
      reasons.push(`${name} counts per ${found.field}, and the requester's subscription has no such tag`);
    if (found.kind !== "unknown") continue;
    const fact = unknownFact(found.field, found.unknown.reason, env.facts);
    unknown.push(fact);
    reasons.push(`${name} cannot be checked: ${describeUnknown(fact)}`);
  }
  return { kind: "hold", reasons, unknown: distinctByField(unknown) };
}

function unreadVerdict({ needed, catalogue }: CompiledPolicy, env: Env): Reasoned {
  const unknown = needed.flatMap((slot) => {
    const fact = env.facts[slot];
    const name = catalogue.fields[slot]?.name ?? "";
    return fact?.kind === "unknown" ? [unknownFact(name, fact.reason, env.facts)] : [];
  });
  return {
    kind: "hold",
    reasons: [
      `no rule applies, and the default, reject, needs every fact: ${unknown.map(describeUnknown).join(", ")}`,
    ],
    unknown,
  };
}

function alertsOf(compiled: CompiledPolicy, env: Env): RuleAlert[] {
  return compiled.groups.alert.rules.flatMap((each): RuleAlert[] => {
    const truth = decide(each.decision, env);
    if (truth === FALSE) return [];
    const { name } = each.rule;
    return [
      {
        rule: name,
        reason: truth === TRUE ? reasonOf(each) : undecidedReason(each, blockingUnknownsOf(each, env), env),
      },
    ];
  });
}
