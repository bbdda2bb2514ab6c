import { known } from "../../src/lib/policy/values/fact.ts";
import { problemsOf, verdictOf, type Given } from "./policy-makers.ts";

const parameters = `parameters:
  tagName: { type: String, defaultValue: cost center }
  listName: { type: String, defaultValue: privateAddresses }
  Environment: { type: String, defaultValue: prod }
  blank: { type: String, defaultValue: "" }
  zones: { type: Array, defaultValue: [a, b] }`;

/** A policy of one rule with this condition, and parameters of each kind. */
export const policyWith = (condition: string, effect = "reject") =>
  `name: t\n${parameters}\nrules: [{ name: r, if: ${condition}, then: { effect: ${effect} } }]`;

/** What a condition comes to, as a rule that rejects shows it. */
export function truthOf(condition: string, given: Given = {}): "true" | "false" | "unknown" {
  const verdict = verdictOf(policyWith(condition), given);
  if (verdict.kind === "reject") return "true";
  return verdict.rule === undefined ? "false" : "unknown";
}

/** A condition on the value of an expression. */
export const value = (expression: string, comparison = "equals: true") =>
  `{ value: "[${expression}]", ${comparison} }`;

/** What is said of a condition, without its place. */
export const messages = (condition: string) =>
  problemsOf(policyWith(condition)).map((each) => each.split(": ").slice(1).join(": "));

export const addresses = (...list: string[]): Given => ({ "endpoint.privateAddresses": known(list) });
