/**
 * Facts whose values the requester chooses: they may narrow a rule and never suffice for it. A test compares them with
 * the fields of the policy language.
 */
export const requesterChosen: ReadonlySet<string> = new Set([
  "connection.id",
  "connection.name",
  "connection.message",
  "endpoint.id",
  "endpoint.resourceGroup",
  "endpoint.name",
  "endpoint.tags",
  "endpoint.virtualNetwork.tags",
  "requester.subscriptionTags",
  "counts.fromSubscriptionTag",
]);
