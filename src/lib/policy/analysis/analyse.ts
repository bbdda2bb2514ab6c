import { openToAnyone } from "./open-to-anyone.ts";
import { comparisonsOf } from "../language/comparisons.ts";
import type { Catalogue } from "../language/field.ts";
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
  /** Milliseconds since 1970; where it is not given, nothing is said about what has expired. */
  readonly now?: number;
}

/**
 * What a policy says of no connection, or of every one, and what it compares with what it cannot be. Sound: where it
 * says that a rule can never be true, it never is, whatever the facts; it does not find all that are so.
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
    // What compares with what cannot be is never true, or always: that is said already, and why.
    ...(mistaken ? [] : constantRule(rule, analyses.anything)),
  ];
}

function approvalFindings(rule: Rule, analyses: Analyses): Finding[] {
  const found = requesterOnlyApproval(rule, analyses);
  return found.length > 0 ? found : openToAnyone(rule);
}

/** A count that is compared with text is refused where it is read. */
function countsText({ subject, operand }: Comparison): boolean {
  return subject.kind === "count" && operand.kind === "constant" && numberOf(operand.value) === undefined;
}
