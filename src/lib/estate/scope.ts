import { knownRead, thenRead, unknownRead, type Read } from "./read.ts";
import { subscriptionIn, type Subscription, type Subscriptions } from "./subscription.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";
import { foldName } from "../fold-name.ts";

/** Whether a service is governed; `unknown` if what decides it could not be read. Unknown never counts as yes. */
export type Governed = "yes" | "no" | "unknown";

/**
 * Whether a canonical id is governed, for events and callers that only name it. `maybe` if tags or management groups
 * decide.
 */
export function governsById(scope: ScopeConfig, id: ServiceId): "yes" | "no" | "maybe" {
  const subscription = id.subscriptionId;
  const resourceGroup = `/subscriptions/${subscription}/resourcegroups/${id.resourceGroup}`;
  const text = foldName(id.text);
  if ([subscription, resourceGroup, text].some((each) => scope.exclude.includes(each))) return "no";
  const named =
    scope.subscriptions.includes(subscription) ||
    scope.resourceGroups.includes(resourceGroup) ||
    scope.ids.includes(text);
  if (named) return "yes";
  return isByTraits(scope) ? "maybe" : "no";
}

export type Tags = Readonly<Record<string, string>>;

/** Tags that are not in an answer are unknown, not none. */
export function tagsRead(tags: Tags | undefined): Read<Tags> {
  return tags === undefined ? unknownRead("not-in-answer") : knownRead(tags);
}

/** What decides besides its id whether a service is governed. */
export interface Traits {
  readonly tags: Read<Tags>;
  readonly subscription: Read<Subscription>;
}

/** Whether a service is governed, by its id, its tags and its subscription. */
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

/** Azure compares names of tags without case, and their values with case. */
export function hasTag(wanted: ScopeConfig["tags"], tags: Tags): boolean {
  return wanted.some(({ name, value }) =>
    Object.entries(tags).some(
      ([each, found]) => foldName(each) === name && (value === undefined || found === value),
    ),
  );
}

function isUnder({ managementGroups }: ScopeConfig, subscription: Subscription): boolean {
  return subscription.managementGroups.some((group) => managementGroups.includes(foldName(group)));
}

interface Tagged {
  readonly tags: Read<Tags>;
}

/** The reads that decide whether a service is governed. */
interface ScopeReader {
  service(id: ServiceId): Promise<Read<Tagged>>;
  subscriptions(ids: readonly string[] | "all"): Promise<Read<Subscriptions>>;
}

/** Reads what decides if the id alone does not. `read` is the service, if it was just read. */
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

/** Whether tags or management groups decide, so that any subscription may hold a governed service. */
export function isByTraits({ tags, managementGroups }: ScopeConfig): boolean {
  return tags.length + managementGroups.length > 0;
}

/** The subscriptions that the scope itself names, without excluded ones. */
export function subscriptionsOf(scope: ScopeConfig): string[] {
  const inIds = [...scope.resourceGroups, ...scope.ids].map((id) => id.split("/")[2] ?? "");
  return [...new Set([...scope.subscriptions, ...inIds])].filter((id) => !scope.exclude.includes(id));
}

/** The readable subscriptions that may hold a governed service by its tags or by their management groups. */
export function candidatesIn(scope: ScopeConfig, subscriptions: Subscriptions): string[] {
  return [...subscriptions.byId]
    .filter(([id, each]) => !scope.exclude.includes(id) && (scope.tags.length > 0 || isUnder(scope, each)))
    .map(([id]) => id);
}
