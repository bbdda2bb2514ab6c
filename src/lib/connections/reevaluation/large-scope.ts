import { parseServiceId, type ServiceId } from "../../azure/resource-id.ts";
import type { ScopeConfig } from "../../config/config.ts";
import type { Read } from "../../estate/read.ts";
import { isByTraits, subscriptionsOf } from "../../estate/scope.ts";
import type { Subscription } from "../../estate/subscription.ts";
import { foldName } from "../../fold-name.ts";
import { isGuid } from "../../guid.ts";

/** A scope of more than one service, which a person may ask to have reevaluated. `text` is canonical. */
export type LargeScope =
  | { readonly kind: "all"; readonly text: "all" }
  | { readonly kind: "subscription"; readonly text: string; readonly subscriptionId: string }
  | {
      readonly kind: "resource-group";
      readonly text: string;
      readonly subscriptionId: string;
      readonly resourceGroup: string;
    }
  | { readonly kind: "management-group"; readonly text: string; readonly name: string };

/** `all`, or the ARM id of a subscription, a resource group or a management group; undefined for anything else. */
export function parseLargeScope(text: string): LargeScope | undefined {
  if (text === "all") return { kind: "all", text };
  const lower = foldName(text.replace(/\/$/, ""));
  const [, group] =
    /^\/providers\/microsoft\.management\/managementgroups\/([a-z0-9_().-]{1,90})$/.exec(lower) ?? [];
  if (group !== undefined)
    return {
      kind: "management-group",
      text: `/providers/Microsoft.Management/managementGroups/${group}`,
      name: group,
    };
  const [, subscription] = /^\/subscriptions\/([^/]+)$/.exec(lower) ?? [];
  if (subscription !== undefined && isGuid(subscription))
    return { kind: "subscription", text: `/subscriptions/${subscription}`, subscriptionId: subscription };
  // Parses the resource group's id as the beginning of a service's id.
  const service = parseServiceId(`${lower}/providers/microsoft.apimanagement/service/x`);
  if (service === undefined) return undefined;
  const { subscriptionId, resourceGroup } = service;
  return {
    kind: "resource-group",
    text: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
    subscriptionId,
    resourceGroup,
  };
}

/** The subscriptions to search for services of the scope. */
export function subscriptionsWithin(scope: LargeScope, governed: ScopeConfig): readonly string[] | "all" {
  if (scope.kind === "subscription" || scope.kind === "resource-group") return [scope.subscriptionId];
  return isByTraits(governed) || scope.kind === "management-group" ? "all" : subscriptionsOf(governed);
}

/** Whether a service is in the scope; unknown if its subscription could not be read. Such a service is not reviewed. */
export function isWithin(
  scope: LargeScope,
  id: ServiceId,
  subscription: Read<Subscription>,
): "yes" | "no" | "unknown" {
  const yesOrNo = (is: boolean) => (is ? "yes" : "no");
  switch (scope.kind) {
    case "all":
      return "yes";
    case "subscription":
      return yesOrNo(id.subscriptionId === scope.subscriptionId);
    case "resource-group":
      return yesOrNo(id.subscriptionId === scope.subscriptionId && id.resourceGroup === scope.resourceGroup);
    case "management-group":
      if (subscription.kind === "unknown") return "unknown";
      return yesOrNo(subscription.value.managementGroups.some((each) => foldName(each) === scope.name));
  }
}
