import { comparisonsOf } from "../language/find-comparisons.ts";
import type { Catalogue } from "../language/fields.ts";
import type { Comparison, Policy, Rule } from "../language/policy.ts";
import type { Problem } from "../source/problem.ts";
import { numberOf } from "../values/scalar.ts";
import { analysisIn, type Analysis } from "./assume.ts";
import { constantRule } from "./constant-rule.ts";
import { everyMemberWarnings } from "./every-member.ts";
import { expired } from "./expiry.ts";
import type { Finding } from "./finding.ts";
import { incompleteExemption } from "./incomplete-exemption.ts";
import { misleadingTexts } from "./misleading-text.ts";
import { openToAnyone } from "./open-to-anyone.ts";
import { requesterOnlyApproval, type Analyses } from "./requester-only-approval.ts";
import { shadowedRules } from "./shadowed-rules.ts";
import { typeMismatches } from "./type-mismatch.ts";
import { unguardedNegations } from "./unguarded-negation.ts";
import { unreachableLimit } from "./unreachable-limit.ts";

type Linted = Pick<Policy, "rules" | "exemptions" | "limits">;

interface LintContext extends Analyses {
  /** Milliseconds since 1970; undefined where what has expired is not asked for. */
  readonly now?: number;
}

type LintRule = (policy: Linted, context: LintContext) => readonly Finding[];

/**
 * Every lint rule: what a valid policy gets wrong all the same. A new one is a function in a file of its own, and a
 * line here. Those that use an analysis are sound but incomplete: a rule that is reported as never true is false for
 * all facts, but not every such rule is found.
 */
const lintRules: readonly LintRule[] = [
  // An approval that missing data makes true.
  ({ rules }) => approving(rules).flatMap(unguardedNegations),
  // Text that only looks like a pattern or an expression.
  ({ rules }) => rules.flatMap(misleadingTexts),
  // An exemption without owner, ticket or end.
  ({ exemptions }) => exemptions.flatMap(incompleteExemption),
  // A limit that is never reached.
  ({ limits }) => limits.flatMap(unreachableLimit),
  // An approval that any requester can satisfy.
  ({ rules }, context) => approving(rules).flatMap((rule) => requesterOnlyApproval(rule, context)),
  // An approval that does not identify the requester.
  ({ rules }, context) => approving(rules).flatMap((rule) => openApproval(rule, context)),
  // A comparison with a value that cannot be.
  ({ rules }, { anything }) => rules.flatMap((rule) => typeMismatches(rule, anything.model)),
  // [*] in a rule that restricts.
  ({ rules }) => rules.flatMap(everyMemberWarnings),
  // A rule, or a part of one, that is always or never true.
  ({ rules }, { anything }) => rules.flatMap((rule) => constantParts(rule, anything)),
  // A rule that a stronger one always overrides.
  ({ rules }, { anything }) => shadowedRules(rules, anything),
  // What has expired.
  ({ rules, exemptions }, { now }) => (now === undefined ? [] : expired({ rules, exemptions }, now)),
];

export interface LintOptions {
  readonly catalogue: Catalogue;
  /**
   * What could approve by mistake is an error in a policy that is enforced, and a warning in one that only observes.
   */
  readonly enforcing: boolean;
  /** Milliseconds since 1970, to warn about what has expired; no such warnings if left out. */
  readonly now?: number;
}

/** Finds what the author of a valid policy cannot have meant. */
export function lint(policy: Linted, { catalogue, enforcing, now }: LintOptions): Problem[] {
  const context: LintContext = {
    anything: analysisIn({ catalogue, documented: false }),
    documented: analysisIn({ catalogue, documented: true }),
    ...(now === undefined ? {} : { now }),
  };
  return lintRules
    .flatMap((find) => find(policy, context))
    .map(({ severity, place, message }) => ({
      severity: severity === "error" && !enforcing ? "warning" : severity,
      ...place,
      message,
    }));
}

function approving(rules: readonly Rule[]): readonly Rule[] {
  return rules.filter(({ effect }) => effect === "approve");
}

/** A rule that any requester can satisfy is reported as that alone. */
function openApproval(rule: Rule, context: LintContext): readonly Finding[] {
  const found = openToAnyone(rule);
  return found.length === 0 || requesterOnlyApproval(rule, context).length > 0 ? [] : found;
}

/** An impossible comparison makes a rule constant; it is already reported, with the cause. */
function constantParts(rule: Rule, analysis: Analysis): readonly Finding[] {
  const found = constantRule(rule, analysis);
  return found.length === 0 || isMistaken(rule, analysis) ? [] : found;
}

function isMistaken(rule: Rule, { model }: Analysis): boolean {
  return (
    typeMismatches(rule, model).some(({ severity }) => severity === "error") ||
    comparisonsOf(rule.if).some(({ comparison }) => countsText(comparison))
  );
}

/** Whether a count is compared with text, which the checks have already reported. */
function countsText({ subject, operand }: Comparison): boolean {
  return subject.kind === "count" && operand.kind === "constant" && numberOf(operand.value) === undefined;
}
