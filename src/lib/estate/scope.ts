import { knownRead, thenRead, unknownRead, type Read } from "./read.ts";
import { subscriptionIn, type Subscription, type Subscriptions } from "./subscription.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";
import { foldCase } from "../fold-case.ts";

/** Whether a service is governed, and `unknown` where what would tell could not be read: that is never yes. */
export type Governed = "yes" | "no" | "unknown";

/** As far as a canonical id tells: an event or a caller only names it. `maybe` where tags or management groups decide. */
export function governsById(scope: ScopeConfig, id: ServiceId): "yes" | "no" | "maybe" {
  const subscription = id.subscriptionId;
  const resourceGroup = `/subscriptions/${subscription}/resourcegroups/${id.resourceGroup}`;
  const text = foldCase(id.text);
  if ([subscription, resourceGroup, text].some((each) => scope.exclude.includes(each))) return "no";
  const named =
    scope.subscriptions.includes(subscription) ||
    scope.resourceGroups.includes(resourceGroup) ||
    scope.ids.includes(text);
  if (named) return "yes";
  return isByTraits(scope) ? "maybe" : "no";
}

export type Tags = Readonly<Record<string, string>>;

/** Tags that an answer did not tell are unknown, and not none. */
export function tagsRead(tags: Tags | undefined): Read<Tags> {
  return tags === undefined ? unknownRead("not-in-answer") : knownRead(tags);
}

/** What a service is, beyond its id. */
export interface Traits {
  readonly tags: Read<Tags>;
  readonly subscription: Read<Subscription>;
}

/** The same with what was read of the service and of its subscription. */
export function governs(scope: ScopeConfig, id: ServiceId, { tags, subscription }: Traits): Governed {
  const byId = governsById(scope, id);
  if (byId !== "maybe") return byId;
  const byTag = scope.tags.length === 0 ? "no" : governedIf(tags, (value) => hasTag(scope.tags, value));
  const byGroup =
    scope.managementGroups.length === 0 ? "no" : governedIf(subscription, (value) => isUnder(scope, value));
  if (byTag === "yes" || byGroup === "yes") return "yes";
  return byTag === "unknown" || byGroup === "unknown" ? "unknown" : "no";
}

function governedIf<T>(read: Read<T>, test: (value: T) => boolean): Governed {
  if (read.kind === "unknown") return "unknown";
  return test(read.value) ? "yes" : "no";
}

/** Tags' names do not distinguish case on Azure, their values do. */
export function hasTag(wanted: ScopeConfig["tags"], tags: Tags): boolean {
  return wanted.some(({ name, value }) =>
    Object.entries(tags).some(
      ([each, found]) => foldCase(each) === name && (value === undefined || found === value),
    ),
  );
}

function isUnder({ managementGroups }: ScopeConfig, subscription: Subscription): boolean {
  return subscription.managementGroups.some((group) => managementGroups.includes(foldCase(group)));
}

interface Tagged {
  readonly tags: Read<Tags>;
}

/** Of what Azure can be asked, what tells whether a service is governed. */
interface ScopeReader {
  service(id: ServiceId): Promise<Read<Tagged>>;
  subscriptions(ids: readonly string[] | "all"): Promise<Read<Subscriptions>>;
}

/** Reads what decides, where the id alone does not. `read` is the service, where it was just read. */
export async function readGoverned(
  { azure, scope }: { readonly azure: ScopeReader; readonly scope: ScopeConfig },
  id: ServiceId,
  read?: Read<Tagged>,
): Promise<Governed> {
  const byId = governsById(scope, id);
  if (byId !== "maybe") return byId;
  const unread = unknownRead("not-attempted");
  const [service, subscriptions] = await Promise.all([
    scope.tags.length === 0 ? unread : (read ?? azure.service(id)),
    scope.managementGroups.length === 0 ? unread : azure.subscriptions([id.subscriptionId]),
  ]);
  const tags = thenRead(service, (each) => each.tags);
  return governs(scope, id, { tags, subscription: subscriptionIn(subscriptions, id.subscriptionId) });
}

/** Whether the id of a service alone tells nothing: any subscription may hold a governed one. */
export function isByTraits({ tags, managementGroups }: ScopeConfig): boolean {
  return tags.length + managementGroups.length > 0;
}

/** Every subscription that is known by the scope alone to hold a governed service. */
export function subscriptionsOf(scope: ScopeConfig): string[] {
  const inIds = [...scope.resourceGroups, ...scope.ids].map((id) => id.split("/")[2] ?? "");
  return [...new Set([...scope.subscriptions, ...inIds])].filter((id) => !scope.exclude.includes(id));
}

/** Those that may hold one by its tags or by their management groups, among all that the app may read. */
export function candidatesIn(scope: ScopeConfig, subscriptions: Subscriptions): string[] {
  return [...subscriptions.byId]
    .filter(([id, each]) => !scope.exclude.includes(id) && (scope.tags.length > 0 || isUnder(scope, each)))
    .map(([id]) => id);
}
