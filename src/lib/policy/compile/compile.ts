import { compileCondition } from "./compile-condition.ts";
import { decide, type Diagram } from "./decision-diagram.ts";
import { askCondition, diagramOf } from "./decision-diagram-part.ts";
import { Layout } from "../language/env.ts";
import { compileExemption, type CompiledExemption } from "./compile-exemption.ts";
import { and } from "../values/truth.ts";
import type { Catalogue, FieldName } from "../language/fields.ts";
import { compileLimit, type CompiledLimit } from "./limit.ts";
import type { Condition, Effect, Exemption, Policy, Rule } from "../language/policy.ts";
import { ruleGroup, type RuleGroup } from "./rule-group.ts";
import { referencesOf } from "../language/references.ts";
import { FALSE, not, UNKNOWN } from "../values/truth.ts";
import { vacuityOf } from "../language/vacuity.ts";
import { compileWindow, type CompiledWindow } from "./window.ts";

/** A compiled rule, or the hold that an exemption makes of it, at its place in the order of precedence. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly if: Condition;
  /** The condition combined with the rule's expiry, window and exemptions. */
  readonly decision: Diagram;
  /** The condition alone. */
  readonly condition: Diagram;
  readonly window: CompiledWindow | undefined;
  /** Set if this is the hold that an exemption makes of the rule's verdict. */
  readonly exemption?: Exemption;
  /** The exemptions from this rule; for the hold of an exemption, only that one. */
  readonly exemptions: readonly CompiledExemption[];
  /** The decision if the rule is true, and the decision if it is unknown. */
  readonly decided: Judgement;
  readonly undecided: Judgement;
}

/** A verdict without its reasons. */
export interface Judgement {
  readonly kind: "approve" | "reject" | "hold";
  readonly because: "rule" | "unknown" | "limit" | "default" | "unread";
  readonly rule?: string;
}

/** A compiled policy, which can be evaluated any number of times. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly catalogue: Catalogue;
  readonly layout: Layout;
  readonly groups: Readonly<Record<Effect, RuleGroup<CompiledRule>>>;
  readonly limits: readonly CompiledLimit[];
  /** Whether a rule or a limit needs the count per virtual network. */
  readonly countsNetworks: boolean;
  /** The slots that must be known before the default may reject. */
  readonly needed: readonly number[];
  /** Whether some facts make a rule decide a Pending connection; left out where rules were not analysed. */
  readonly canDecide?: (rule: Rule) => boolean;
}

/** The sources that must be read completely before the default may reject. */
const sourcesReadWhole: readonly string[] = ["connection", "service", "endpoint"];

/** This count is only read if the policy uses it. */
const byNetwork: FieldName = "counts.fromVirtualNetwork";

export function compile(policy: Policy, catalogue: Catalogue): CompiledPolicy {
  const layout = new Layout();
  const ranked = policy.rules.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const compiled = ranked.map((rule) => compileRule(rule, policy.exemptions, catalogue, layout));
  const by = (effect: Effect) =>
    ruleGroup(
      compiled.flat().filter((each) => (each.exemption === undefined ? each.rule.effect : "hold") === effect),
      layout,
    );
  return {
    policy,
    catalogue,
    layout,
    groups: { approve: by("approve"), reject: by("reject"), hold: by("hold"), alert: by("alert") },
    limits: policy.limits.map((limit) => compileLimit(limit, catalogue)),
    countsNetworks: countsNetworks(policy),
    needed: neededSlots(policy, catalogue),
  };
}

/** Compiles a rule into the rule itself and one hold for each exemption from it. */
function compileRule(
  rule: Rule,
  declared: readonly Exemption[],
  catalogue: Catalogue,
  layout: Layout,
): CompiledRule[] {
  const condition = compileCondition(rule.if, layout, vacuityOf(rule.effect));
  const window = rule.window === undefined ? undefined : compileWindow(rule.window);
  const inForce = withinValidity(rule, condition, window);
  const base = { rule, if: rule.if, condition, window };
  const exemptions = declared
    .filter((each) => each.rule === rule.name)
    .map((exemption) => compileExemption(exemption, catalogue, layout));
  const effect = rule.effect === "alert" ? "hold" : rule.effect;
  const itself =
    exemptions.length === 0
      ? inForce
      : diagramOf(
          askCondition((env) =>
            exemptions.reduce((truth, { applies }) => and(truth, not(applies(env))), decide(inForce, env)),
          ),
        );
  return [
    { ...base, exemptions, decision: itself, ...judgements(rule, effect) },
    ...exemptions.map(({ exemption, applies, ...rest }) => ({
      ...base,
      exemption,
      exemptions: [{ exemption, applies, ...rest }],
      decision: diagramOf(askCondition((env) => and(decide(inForce, env), applies(env)))),
      ...judgements(rule, "hold"),
    })),
  ];
}

function judgements({ name }: Rule, kind: Judgement["kind"]): Pick<CompiledRule, "decided" | "undecided"> {
  return {
    decided: { kind, because: "rule", rule: name },
    undecided: { kind: "hold", because: "unknown", rule: name },
  };
}

/** An expired rule is false. Outside its window an approve rule is at most unknown, and any other rule is false. */
function withinValidity(
  { expiresOn, effect }: Rule,
  condition: Diagram,
  window: CompiledWindow | undefined,
): Diagram {
  if (expiresOn === undefined && window === undefined) return condition;
  return diagramOf(
    askCondition((env) => {
      if (expiresOn !== undefined && env.now >= expiresOn) return FALSE;
      if (window === undefined || window.isOpen(env.now)) return decide(condition, env);
      return effect === "approve" ? and(decide(condition, env), UNKNOWN) : FALSE;
    }),
  );
}

function countsNetworks({ rules, limits }: Policy): boolean {
  return (
    limits.some(({ per }) => per?.kind === "virtualNetwork") ||
    rules.some((rule) => referencesOf(rule.if).some(({ field }) => field.name === byNetwork))
  );
}

/** The slots of all fields in rules, and of the connection, its service and its endpoint. */
function neededSlots({ rules }: Policy, { fields }: Catalogue): number[] {
  const slots = new Set(rules.flatMap((rule) => referencesOf(rule.if).map(({ slot }) => slot)));
  for (const [slot, { name, source }] of fields.entries())
    if (sourcesReadWhole.includes(source) && name !== byNetwork) slots.add(slot);
  return [...slots].toSorted((a, b) => a - b);
}
