import { constantsOf } from "./true-when-missing.ts";
import type { FieldReference } from "../language/field.ts";
import type { Comparison, Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import type { Finding } from "./finding.ts";
import { affirmedOperator, requiresOneMember } from "./platform-requirement.ts";

/**
 * What the platform vouches for, and yet is so of whoever wants it to be: its owner chose it. Not the ranges of networks:
 * where they are planned by one hand, a rule that rests on the plan alone is meant to.
 */
const chosenByOwner: ReadonlySet<string> = new Set([
  "counts.fromVirtualNetwork",
  "endpoint.location",
  "endpoint.manual",
  "endpoint.subnet.name",
  "endpoint.virtualNetwork.name",
  "requester.subscriptionName",
]);

/** ARM ids of what lies in a subscription of the owner's; its subscription tells who that is. */
const networkIds: ReadonlySet<string> = new Set([
  "endpoint.subnet.id",
  "endpoint.virtualNetwork.id",
  "endpoint.applicationSecurityGroups",
]);

/**
 * An approve rule that nobody who asks can fail to satisfy for being who they are: it looks only at the service, at the
 * time, at what an owner chooses, or at who it is not. That may be meant (a service for tests, open to all), and so it is
 * only a warning.
 */
export function openToAnyone(rule: Rule): Finding[] {
  if (identifiesRequester(rule.if, true)) return [];
  return [
    {
      severity: "warning",
      place: rule.at,
      message:
        `rule "${rule.name}" approves whoever asks: it looks at the service, at what the endpoint's owner chooses (names, ` +
        "a region), or at who it is not, and at nothing that tells who asks; where not everybody is meant, add a " +
        "condition on endpoint.subscriptionId, requester.managementGroups or the whole id of a network",
    },
  ];
}

function identifiesRequester(condition: Condition, positive: boolean): boolean {
  return holds(
    condition,
    positive,
    (comparison, isPositive) =>
      affirms(comparison, isPositive) &&
      referencesOf(comparison).some((each) => identifies(each, comparison)),
  );
}

type Asked = (comparison: Comparison, positive: boolean) => boolean;

/** Whether something is so wherever a condition, or its negation, is true, that is so of single comparisons. */
function holds(condition: Condition, positive: boolean, of: Asked): boolean {
  switch (condition.kind) {
    case "allOf":
    case "anyOf": {
      // By De Morgan, the negation of an allOf is an anyOf of negations.
      const every = (condition.kind === "anyOf") === positive;
      const rests = (member: Condition) => holds(member, positive, of);
      return every ? condition.members.every(rests) : condition.members.some(rests);
    }
    case "not":
      return holds(condition.member, !positive, of);
    case "comparison":
      return of(condition, positive);
  }
}

/** Not where it says who is kept out, or that a fact is there: that is so of all the others, but where there are two alone. */
function affirms({ operator, operand, subject }: Comparison, positive: boolean): boolean {
  const affirmed = affirmedOperator(operator, positive);
  if (operator === "exists") return false;
  if (affirmed === undefined)
    return subject.kind === "field" && subject.reference.field.values?.closed === true;
  if (subject.kind !== "count") return true;
  return (
    requiresOneMember(affirmed, operand) &&
    (subject.where === undefined || holds(subject.where, true, affirms))
  );
}

function identifies({ field }: FieldReference, comparison: Comparison): boolean {
  if (networkIds.has(field.name)) return namesSubscription(comparison);
  // The id of a connection begins with the service's.
  if (field.name === "connection.id") return false;
  if (field.assertedBy === "requester") return field.platformSegments !== undefined;
  if (field.sameForEveryone === true || field.source === "service" || field.source === "time") return false;
  return !chosenByOwner.has(field.name);
}

/** Where the right side is computed from facts, it is taken to. */
function namesSubscription(comparison: Comparison): boolean {
  const texts = constantsOf(comparison).filter((each) => typeof each === "string");
  return texts.length === 0 || texts.some((each) => /^\/subscriptions\/[^*/]/i.test(each));
}
