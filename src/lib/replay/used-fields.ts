import type { CompiledPolicy } from "../policy/compile/compile.ts";
import type { FieldName } from "../policy/language/fields.ts";
import { referencesOf } from "../policy/language/references.ts";

/** Fields of limits, their overrides included. */
const ofLimits: readonly FieldName[] = [
  "connection.state",
  "counts.approved",
  "counts.fromManagementGroup",
  "counts.fromSubscription",
  "counts.fromSubscriptionTag",
  "endpoint.subscriptionId",
  "endpoint.virtualNetwork.id",
  "requester.managementGroups",
  "requester.subscriptionTags",
];
const ofExemptions: readonly FieldName[] = [
  "endpoint.id",
  "endpoint.subscriptionId",
  "endpoint.resourceGroup",
];
/** Only read where a policy counts by it. */
export const byNetwork: FieldName = "counts.fromVirtualNetwork";

/** The fields that a verdict of the policy may depend on. */
export function usedFields({
  policy,
  catalogue,
  countsNetworks,
  needed,
}: CompiledPolicy): ReadonlySet<string> {
  const { rules, limits, exemptions } = policy;
  const ofRules = rules
    .filter(({ effect }) => effect !== "alert")
    .flatMap((rule) => referencesOf(rule.if).map(({ field }) => field.name));
  return new Set<string>([
    ...ofRules,
    ...(limits.length > 0 ? ofLimits : []),
    ...(countsNetworks ? [byNetwork] : []),
    ...(exemptions.length > 0 ? ofExemptions : []),
    ...(policy.default === "reject" ? needed.map((slot) => catalogue.fields[slot]?.name ?? "") : []),
  ]);
}
