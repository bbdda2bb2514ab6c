import { openToAnyone } from "./open-to-anyone.ts";
import { comparisonsOf } from "../language/find-comparisons.ts";
import type { Catalogue } from "../language/fields.ts";
import type { Comparison, Policy, Rule } from "../language/policy.ts";
import type { Problem } from "../source/problem.ts";
import { numberOf } from "../values/scalar.ts";
import { analysisIn } from "./assume.ts";
import { shadowedRules } from "./shadowed-rules.ts";
import { everyMemberWarning } from "./every-member.ts";
import { expired } from "./expiry.ts";
import type { Finding } from "./finding.ts";
import { typeMismatch } from "./type-mismatch.ts";
import { requesterOnlyApproval, type Analyses } from "./requester-only-approval.ts";
import { constantRule } from "./constant-rule.ts";

export interface AnalyseOptions {
  readonly catalogue: Catalogue;
  readonly enforcing: boolean;
  /** Milliseconds since 1970, to warn about what has expired; no such warnings if left out. */
  readonly now?: number;
}

/**
 * Finds rules that are always or never true, comparisons with impossible values, and approvals without a
 * platform-asserted condition. Sound but incomplete: a rule reported as never true is false for all facts, but not
 * every such rule is found.
 */
export function analyse(
  { rules, exemptions }: Pick<Policy, "rules" | "exemptions">,
  { catalogue, enforcing, now }: AnalyseOptions,
): Problem[] {
  const analyses = {
    anything: analysisIn({ catalogue, documented: false }),
    documented: analysisIn({ catalogue, documented: true }),
  };
  const findings = [
    ...rules.flatMap((rule) => findingsOf(rule, analyses)),
    ...shadowedRules(rules, analyses.anything),
    ...(now === undefined ? [] : expired({ rules, exemptions }, now)),
  ];
  return findings.map(({ severity, place, message }) => ({
    severity: severity === "error" && !enforcing ? "warning" : severity,
    ...place,
    message,
  }));
}

function findingsOf(rule: Rule, analyses: Analyses): Finding[] {
  const found = comparisonsOf(rule.if);
  const misfits = found.flatMap(
    ({ comparison }) => typeMismatch(rule, comparison, analyses.anything.model) ?? [],
  );
  const mistaken =
    misfits.some(({ severity }) => severity === "error") ||
    found.some(({ comparison }) => countsText(comparison));
  return [
    ...(rule.effect === "approve" ? approvalFindings(rule, analyses) : []),
    ...misfits,
    ...found.flatMap((each) => everyMemberWarning(rule, each) ?? []),
    // An impossible comparison makes a rule constant; it is already reported, with the cause.
    ...(mistaken ? [] : constantRule(rule, analyses.anything)),
  ];
}

function approvalFindings(rule: Rule, analyses: Analyses): Finding[] {
  const found = requesterOnlyApproval(rule, analyses);
  return found.length > 0 ? found : openToAnyone(rule);
}

/** Whether a count is compared with text, which the checks have already reported. */
function countsText({ subject, operand }: Comparison): boolean {
  return subject.kind === "count" && operand.kind === "constant" && numberOf(operand.value) === undefined;
}
