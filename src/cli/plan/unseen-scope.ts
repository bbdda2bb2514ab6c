import type { ScopeConfig } from "../../lib/config/config.ts";
import type { AzureReads } from "../../lib/connections/azure-connections.ts";
import type { Subscriptions } from "../../lib/estate/subscription.ts";
import { foldName } from "../../lib/fold-name.ts";
import type { PlannedService } from "../../lib/plan/plan-service.ts";
import { cleaned } from "../rows.ts";
import { joinTruncated } from "../../lib/truncate-list.ts";

const namedMax = 10;

/**
 * The parts of the scope in which no service was found, with why, and with what is there instead, as where an id has a
 * typo. A setting of the app may name what is empty, but not a management group that nothing is below.
 */
export async function unseenParts(
  azure: Pick<AzureReads, "subscriptions">,
  scope: ScopeConfig,
  found: readonly PlannedService[],
  isNamed: boolean,
): Promise<readonly string[]> {
  const services = found.map(({ service }) => foldName(`${service}/`));
  const ids = [
    ...scope.subscriptions.map((id) => `/subscriptions/${id}`),
    ...scope.resourceGroups,
    ...scope.ids,
  ];
  const parts = isNamed
    ? ids.filter((part) => !services.some((service) => service.startsWith(foldName(`${part}/`))))
    : [];
  const { managementGroups } = scope;
  if (parts.length + managementGroups.length === 0) return [];
  const read = await azure.subscriptions("all");
  if (read.kind === "unknown")
    return [...parts, ...managementGroups].map((part) => `${part} (cannot be looked up: ${read.reason})`);
  return [
    ...parts.map((part) => `${part} (${whyNoService(part, read.value)})`),
    ...managementGroups.flatMap((group) => {
      const why = whyNoGroup(group, { subscriptions: read.value, services, isNamed });
      return why === undefined ? [] : [`management group ${group} (${why})`];
    }),
  ];
}

const noService = "no governed service in it is visible to the signed-in account";

function whyNoService(part: string, { byId }: Subscriptions): string {
  const [, , subscription = ""] = foldName(part).split("/");
  if (byId.has(subscription)) return noService;
  return `the signed-in account sees no such subscription; it sees ${listed([...byId.keys()])}`;
}

interface Seen {
  readonly subscriptions: Subscriptions;
  /** Folded ids, each with a slash at its end. */
  readonly services: readonly string[];
  readonly isNamed: boolean;
}

/** Undefined for a group that has a service, or that needs none. */
function whyNoGroup(group: string, { subscriptions, services, isNamed }: Seen): string | undefined {
  const all = [...subscriptions.byId];
  const below = all.filter(([, { managementGroups }]) =>
    managementGroups.some((each) => foldName(each) === group),
  );
  if (below.length === 0) {
    const known = new Set(all.flatMap(([, { managementGroups }]) => managementGroups));
    return `the signed-in account sees no subscription below it; it sees those below ${listed([...known])}`;
  }
  const hasService = below.some(([id]) => services.some((each) => each.startsWith(`/subscriptions/${id}/`)));
  return hasService || !isNamed ? undefined : noService;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : joinTruncated(names.toSorted().map(cleaned), namedMax);
}
