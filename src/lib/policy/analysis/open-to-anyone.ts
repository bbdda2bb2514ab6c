import { constantsOf } from "./true-when-missing.ts";
import type { FieldReference } from "../language/fields.ts";
import type { Comparison, Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import type { Finding } from "./finding.ts";
import { affirmedOperator, requires, requiresOneMember } from "./platform-requirement.ts";

/**
 * Platform-asserted fields whose value the endpoint's owner chose. Address ranges are not among them: in a centrally
 * planned network, a rule that relies only on the plan is intended.
 */
const chosenByOwner: ReadonlySet<string> = new Set([
  "counts.fromVirtualNetwork",
  "endpoint.location",
  "endpoint.manual",
  "endpoint.subnet.name",
  "endpoint.virtualNetwork.name",
  "requester.subscriptionName",
]);

/** ARM ids of resources in the owner's subscription; the subscription in the id identifies the owner. */
const networkIds: ReadonlySet<string> = new Set([
  "endpoint.subnet.id",
  "endpoint.virtualNetwork.id",
  "endpoint.applicationSecurityGroups",
]);

/**
 * Warns about an approve rule that does not identify the requester: it only tests the service, the time, what an owner
 * chooses, or who the requester is not. Only a warning, because it may be intended for a test service.
 */
export function openToAnyone(rule: Rule): Finding[] {
  if (identifiesRequester(rule.if)) return [];
  return [
    {
      severity: "warning",
      place: rule.at,
      message:
        `rule "${rule.name}" approves any requester: it only tests the service, the time, values that the endpoint's ` +
        "owner chooses (names, a region), or who the requester is not; unless that is intended, add a condition on " +
        "endpoint.subscriptionId, requester.managementGroups or the whole id of a network",
    },
  ];
}

function identifiesRequester(condition: Condition): boolean {
  return requires(condition, true, (part, positive) =>
    part.kind === "comparison"
      ? affirms(part, positive) && referencesOf(part).some((each) => identifies(each, part))
      : undefined,
  );
}

function affirmsAny(condition: Condition): boolean {
  return requires(condition, true, (part, positive) =>
    part.kind === "comparison" ? affirms(part, positive) : undefined,
  );
}

/**
 * False for exclusions and for `exists`, which all other requesters satisfy; an exclusion affirms if a closed set of
 * values remains.
 */
function affirms({ operator, operand, subject }: Comparison, positive: boolean): boolean {
  const affirmed = affirmedOperator(operator, positive);
  if (operator === "exists") return false;
  if (affirmed === undefined)
    return subject.kind === "field" && subject.reference.field.values?.closed === true;
  if (subject.kind !== "count") return true;
  return requiresOneMember(affirmed, operand) && (subject.where === undefined || affirmsAny(subject.where));
}

function identifies({ field }: FieldReference, comparison: Comparison): boolean {
  if (networkIds.has(field.name)) return namesSubscription(comparison);
  // The id of a connection begins with that of the service.
  if (field.name === "connection.id") return false;
  if (field.assertedBy === "requester") return field.platformSegments !== undefined;
  if (field.sameForEveryone === true || field.source === "service" || field.source === "time") return false;
  return !chosenByOwner.has(field.name);
}

/** Whether a comparison contains a subscription; assumed if the right side is computed from facts. */
function namesSubscription(comparison: Comparison): boolean {
  const texts = constantsOf(comparison).filter((each) => typeof each === "string");
  return texts.length === 0 || texts.some((each) => /^\/subscriptions\/[^*/]/i.test(each));
}
