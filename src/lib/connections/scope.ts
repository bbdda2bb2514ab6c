import type { ServiceId } from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";

/** Whether a service is governed; judged from its canonical id alone, since an event or a caller only names it. */
export function governs(scope: ScopeConfig, id: ServiceId): boolean {
  const subscription = id.subscriptionId;
  const resourceGroup = `/subscriptions/${subscription}/resourcegroups/${id.resourceGroup}`;
  const text = id.text.toLowerCase();
  if ([subscription, resourceGroup, text].some((each) => scope.exclude.includes(each))) return false;
  return (
    scope.subscriptions.includes(subscription) ||
    scope.resourceGroups.includes(resourceGroup) ||
    scope.ids.includes(text)
  );
}

/** Every subscription that may hold a governed service. */
export function subscriptionsOf(scope: ScopeConfig): string[] {
  const inIds = [...scope.resourceGroups, ...scope.ids].map((id) => id.split("/")[2] ?? "");
  return [...new Set([...scope.subscriptions, ...inIds])].filter((id) => !scope.exclude.includes(id));
}
