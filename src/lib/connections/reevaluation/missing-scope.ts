import { foldName } from "../../fold-name.ts";
import type { ServiceId } from "../../azure/resource-id.ts";
import type { UnknownReason } from "../../policy/values/unknown-reason.ts";
import type { Listings } from "../listings.ts";
import type { ReviewServices } from "../review/ports.ts";
import type { LargeScope } from "./large-scope.ts";

/** Reasons that do not pass by themselves. */
const barred: readonly UnknownReason[] = ["not-found", "not-visible", "forbidden", "foreign-tenant"];

/**
 * Why a scope holds nothing that could be reevaluated: a mistyped id must not end as a success of no services.
 * Undefined where it holds something, or where that cannot be told.
 */
export async function missingScope(
  { azure, listings }: Pick<ReviewServices, "azure"> & { readonly listings: Pick<Listings, "services"> },
  scope: LargeScope,
): Promise<string | undefined> {
  if (scope.kind === "all") return undefined;
  if (scope.kind === "management-group") {
    const read = await azure.subscriptions("all");
    if (read.kind === "unknown") return undefined;
    const groups = [...read.value.byId.values()].flatMap(({ managementGroups }) => managementGroups);
    return groups.some((each) => foldName(each) === scope.name)
      ? undefined
      : `the app can read no subscription under ${scope.text}`;
  }
  const isIn = (id: ServiceId) =>
    id.subscriptionId === scope.subscriptionId &&
    (scope.kind === "subscription" || id.resourceGroup === scope.resourceGroup);
  if ((await listings.services()).some(({ id }) => isIn(id))) return undefined;
  // A service may be newer than the last sweep.
  const read = await azure.services(scope.subscriptionId);
  if (read.kind === "known" && !read.value.some(({ id }) => isIn(id)))
    return `there is no API Management service in ${scope.text}`;
  const isBarred = read.kind === "unknown" && barred.includes(read.reason);
  return isBarred ? `the app can read no subscription ${scope.subscriptionId}` : undefined;
}
