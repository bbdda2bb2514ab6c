import type { FactValue } from "../../src/lib/policy/values/fact.ts";
import { fields } from "../../src/lib/policy/language/fields.ts";
import { valueOf } from "./policy-reference-expression.ts";
import { limitsAllow, type LimitJson } from "./policy-reference-limits.ts";
import { read, unknown, type FactsByName, type World } from "./policy-reference-facts.ts";
import { and, compare, negate, or, type Truth } from "./policy-reference-operators.ts";

/**
 * The language a second time, slow and straight from its tables, sharing nothing with the compiled one: the
 * properties hold the two against each other. Truth is "T", "F" or "U"; a policy is plain JSON as it would be parsed.
 */
export type ConditionJson =
  | { readonly allOf: readonly ConditionJson[] }
  | { readonly anyOf: readonly ConditionJson[] }
  | { readonly not: ConditionJson }
  | ({ readonly field: string } & Readonly<Record<string, unknown>>)
  | ({ readonly count: CountJson } & Readonly<Record<string, unknown>>)
  | ({ readonly value: string } & Readonly<Record<string, unknown>>);

interface CountJson {
  /** One of the two. */
  readonly field?: string;
  readonly value?: string;
  readonly name?: string;
  readonly where?: ConditionJson;
}

export interface RuleJson {
  readonly name: string;
  readonly if: ConditionJson;
  readonly then: { readonly effect: string; readonly for?: string };
  readonly expiresOn?: string;
  readonly window?: {
    readonly days: readonly string[];
    readonly from: string;
    readonly to: string;
    readonly timeZone: "UTC";
  };
}

interface ExemptionJson {
  readonly name: string;
  readonly rule: string;
  /** One of the three, or the name of a resource group beside its subscription. */
  readonly endpoint?: string;
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly expiresOn?: string;
}

export interface PolicyJson {
  readonly name: string;
  readonly rules: readonly RuleJson[];
  readonly limits?: readonly LimitJson[];
  readonly exemptions?: readonly ExemptionJson[];
  readonly default?: string;
  readonly revoke?: string;
  readonly revokeAfter?: string;
}

/** A date alone is all of its day. */
function isOver({ expiresOn }: { readonly expiresOn?: string }, now: number): boolean {
  if (expiresOn === undefined) return false;
  const day = expiresOn.length === 10 ? 24 * 60 * 60 * 1000 : 0;
  return Date.parse(expiresOn) + day <= now;
}

function exempts({ endpoint, subscription, resourceGroup }: ExemptionJson, world: World): Truth {
  if (endpoint !== undefined) return compareField("endpoint.id", "equals", endpoint, world);
  const [, , ofGroup, , group] = (resourceGroup ?? "").split("/");
  const inside = compareField("endpoint.subscriptionId", "equals", subscription ?? ofGroup ?? "", world);
  const name = group ?? resourceGroup;
  return name === undefined
    ? inside
    : and(inside, compareField("endpoint.resourceGroup", "equals", name, world));
}

export type { FactsByName } from "./policy-reference-facts.ts";

export function referenceVerdict(
  policy: PolicyJson,
  facts: FactsByName,
  now: number,
): { kind: string; rule?: string } {
  const world: World = { facts, now };
  const rules = policy.rules
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .filter((rule) => !isOver(rule, now));
  const judged = rules.map((rule) => judgeRule(rule, policy, world));
  const first = (level: string, truth: Truth) =>
    judged.find((each) => each.level.includes(`${level}${truth}`))?.name;
  for (const effect of ["reject", "hold"]) {
    const [yes, perhaps] = [first(effect, "T"), first(effect, "U")];
    if (yes !== undefined) return { kind: effect, rule: yes };
    if (perhaps !== undefined) return { kind: "hold", rule: perhaps };
  }
  const approving = first("approve", "T");
  if (approving !== undefined)
    return limitsAllow(policy.limits ?? [], facts) ? { kind: "approve", rule: approving } : { kind: "hold" };
  const perhaps = first("approve", "U");
  if (perhaps !== undefined) return { kind: "hold", rule: perhaps };
  return { kind: policy.default === "reject" && everythingRead(policy, facts) ? "reject" : "hold" };
}

/** At which levels a rule counts, and with which truth: an exempted rule counts as a hold beside its own level. */
function judgeRule(rule: RuleJson, policy: PolicyJson, world: World): { name: string; level: string[] } {
  const { effect } = rule.then;
  let truth = truthOf(rule.if, effect === "approve" ? { ...world, approving: "by being true" } : world);
  if (rule.window !== undefined && !isOpen(rule.window, world.now))
    truth = effect === "approve" && truth !== "F" ? "U" : "F";
  const exempting = (policy.exemptions ?? [])
    .filter((each) => each.rule === rule.name && !isOver(each, world.now))
    .map((each) => exempts(each, world));
  const exempted = exempting.reduce<Truth>(or, "F");
  return {
    name: rule.name,
    level: [
      `${effect}${and(truth, negate(exempted))}`,
      ...exempting.map((each) => `hold${and(truth, each)}`),
    ],
  };
}

function isOpen({ days, from, to }: NonNullable<RuleJson["window"]>, now: number): boolean {
  const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const at = new Date(now);
  const time = at.toISOString().slice(11, 16);
  const [today, yesterday] = [names[at.getUTCDay()] ?? "", names[(at.getUTCDay() + 6) % 7] ?? ""];
  if (from < to) return days.includes(today) && from <= time && time < to;
  return (days.includes(today) && time >= from) || (days.includes(yesterday) && time < to);
}

function everythingRead({ rules }: PolicyJson, facts: FactsByName): boolean {
  const named = JSON.stringify(rules);
  return fields.every(({ name, source }) => {
    const needed =
      // What a rule has to ask for is not read for a default.
      (["connection", "service", "endpoint"].includes(source) && name !== "counts.fromVirtualNetwork") ||
      named.includes(`"${name}"`) ||
      named.includes(`"${name}[`) ||
      named.includes(`'${name}`) ||
      named.includes(`"${name}.`);
    return !needed || facts[name]?.kind !== "unknown";
  });
}

function truthOf(condition: ConditionJson, world: World): Truth {
  if ("allOf" in condition)
    return (condition.allOf as ConditionJson[]).map((each) => truthOf(each, world)).reduce(and, "T");
  if ("anyOf" in condition)
    return (condition.anyOf as ConditionJson[]).map((each) => truthOf(each, world)).reduce(or, "F");
  if ("not" in condition) return negate(truthOf(condition.not as ConditionJson, turned(world)));
  const [operator, right] = Object.entries(condition).find(
    ([key]) => !["field", "value", "count"].includes(key),
  ) ?? ["", null];
  const operand = right as FactValue;
  if ("field" in condition) return compareField(String(condition.field), operator, operand, world);
  if ("value" in condition) return compareValue(String(condition.value), operator, operand, world);
  return compareCount(condition.count, operator, operand, world);
}

/** The world under a `not`. */
function turned(world: World): World {
  if (world.approving === undefined) return world;
  return { ...world, approving: world.approving === "by being true" ? "by being false" : "by being true" };
}

/** What is asked of members that are not there: no rule approves by it. */
function ofNone({ approving }: World): Truth {
  return approving === "by being false" ? "T" : "F";
}

function compareField(name: string, operator: string, operand: FactValue, world: World): Truth {
  if (name.endsWith("[*]")) {
    if (world.member?.list === name) return compare(world.member.value, operator, operand, false);
    const list = read(name.slice(0, -3), world.facts);
    if (list === unknown) return "U";
    if (!Array.isArray(list) || list.length === 0) return ofNone(world);
    return list.map((each: FactValue) => compare(each, operator, operand, false)).reduce(and, "T");
  }
  const value = read(name, world.facts);
  const isLocation = name.endsWith(".location");
  return value === unknown ? "U" : compare(value, operator, operand, isLocation);
}

function compareValue(expression: string, operator: string, operand: FactValue, world: World): Truth {
  const value = valueOf(expression.slice(1, -1), world);
  return value === unknown ? "U" : compare(value, operator, operand, false);
}

function compareCount(count: CountJson, operator: string, operand: FactValue, world: World): Truth {
  if (operator.startsWith("less")) return counted(count, [operator, operand], world, turned(world));
  const one = counted(count, [operator, operand], world, world);
  if (operator.startsWith("greater")) return one;
  const both = world.approving === "by being false" ? or : and;
  return both(one, counted(count, [operator, operand], world, turned(world)));
}

type Side = readonly [operator: string, operand: FactValue];

/** `inside` is the world of its `where`. */
function counted(count: CountJson, [operator, operand]: Side, world: World, inside: World): Truth {
  const over = count.field ?? `${count.name}`;
  const list =
    count.value === undefined
      ? read(over.slice(0, -3), world.facts)
      : valueOf(count.value.slice(1, -1), world);
  if (list === unknown) return "U";
  const members = Array.isArray(list) ? (list as FactValue[]) : [];
  const ofFacts = count.value === undefined || !count.value.startsWith("[parameters(");
  if (members.length === 0 && count.where !== undefined && world.approving !== undefined && ofFacts)
    return ofNone(world);
  const truths = members.map((value) =>
    count.where === undefined ? "T" : truthOf(count.where, { ...inside, member: { list: over, value } }),
  );
  const min = truths.filter((each) => each === "T").length;
  const max = truths.filter((each) => each !== "F").length;
  const possible = Array.from({ length: max - min + 1 }, (_, index) =>
    compare(min + index, operator, operand, false),
  );
  return possible.every((each) => each === possible[0]) ? (possible[0] ?? "U") : "U";
}
