import { openToWhoeverAsks } from "./whoever-asks.ts";
import { comparisonsOf } from "../language/comparisons.ts";
import type { Catalogue } from "../language/field.ts";
import type { Comparison, Policy, Rule } from "../language/policy.ts";
import type { Problem } from "../source/problem.ts";
import { numberOf } from "../values/scalar.ts";
import { analysisIn } from "./assume.ts";
import { covered } from "./covered.ts";
import { asksForEveryMember } from "./every-member.ts";
import { expired } from "./expiry.ts";
import type { Finding } from "./finding.ts";
import { misfit } from "./misfit.ts";
import { withoutRest, type Analyses } from "./rest.ts";
import { settledRule } from "./truth-of-rule.ts";

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
    ...covered(rules, analyses.anything),
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
  const misfits = found.flatMap(({ comparison }) => misfit(rule, comparison, analyses.anything.world) ?? []);
  const mistaken =
    misfits.some(({ severity }) => severity === "error") ||
    found.some(({ comparison }) => countsText(comparison));
  return [
    ...(rule.effect === "approve" ? openToOthers(rule, analyses) : []),
    ...misfits,
    ...found.flatMap((each) => asksForEveryMember(rule, each) ?? []),
    // What compares with what cannot be is never true, or always: that is said already, and why.
    ...(mistaken ? [] : settledRule(rule, analyses.anything)),
  ];
}

function openToOthers(rule: Rule, analyses: Analyses): Finding[] {
  const found = withoutRest(rule, analyses);
  return found.length > 0 ? found : openToWhoeverAsks(rule);
}

/** A count that is compared with text is refused where it is read. */
function countsText({ subject, operand }: Comparison): boolean {
  return subject.kind === "count" && operand.kind === "constant" && numberOf(operand.value) === undefined;
}
