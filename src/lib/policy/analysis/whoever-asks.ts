import { constantsOf } from "./missing-decides.ts";
import type { FieldReference } from "../language/field.ts";
import type { Comparison, Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import type { Finding } from "./finding.ts";

/** What the platform vouches for, and yet is so of whoever wants it to be. */
const chosenByOwner: ReadonlySet<string> = new Set([
  "counts.fromVirtualNetwork",
  "endpoint.location",
  "endpoint.manual",
  "endpoint.subnet.name",
  "endpoint.virtualNetwork.name",
]);

/** ARM ids of what lies in a subscription of the owner's; its subscription tells who that is. */
const networkIds: ReadonlySet<string> = new Set([
  "endpoint.subnet.id",
  "endpoint.virtualNetwork.id",
  "endpoint.applicationSecurityGroups",
]);

/**
 * An approve rule that nobody who asks can fail to satisfy for being who they are: it looks only at the service, at
 * the time and at names. That may be meant (a service for tests, open to all), and so it is only a warning.
 */
export function openToWhoeverAsks(rule: Rule): Finding[] {
  if (tellsWhoAsks(rule.if, true)) return [];
  return [
    {
      severity: "warning",
      place: rule.at,
      message:
        `rule "${rule.name}" approves whoever asks: it looks at the service, or at names and choices of the endpoint's ` +
        "owner, and at nothing that tells who the owner is; where not everybody is meant, add a condition on " +
        "endpoint.subscriptionId, requester.managementGroups or the whole id of a network",
    },
  ];
}

function tellsWhoAsks(condition: Condition, positive: boolean): boolean {
  switch (condition.kind) {
    case "allOf":
    case "anyOf": {
      // By De Morgan, the negation of an allOf is an anyOf of negations.
      const every = (condition.kind === "anyOf") === positive;
      const tells = (member: Condition) => tellsWhoAsks(member, positive);
      return every ? condition.members.every(tells) : condition.members.some(tells);
    }
    case "not":
      return tellsWhoAsks(condition.member, !positive);
    case "comparison":
      return referencesOf(condition).some((reference) => identifies(reference, condition));
  }
}

function identifies({ field }: FieldReference, comparison: Comparison): boolean {
  if (networkIds.has(field.name)) return namesSubscription(comparison);
  if (field.assertedBy === "requester") return field.platformSegments !== undefined;
  if (field.ofEverybody === true || field.source === "service" || field.source === "time") return false;
  return !chosenByOwner.has(field.name);
}

/** Where the right side is computed from facts, it is taken to. */
function namesSubscription(comparison: Comparison): boolean {
  const texts = constantsOf(comparison).filter((each) => typeof each === "string");
  return texts.length === 0 || texts.some((each) => /^\/subscriptions\/[^*/]/i.test(each));
}
