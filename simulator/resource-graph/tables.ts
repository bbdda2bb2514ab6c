import { serviceJson } from "../api-management/service-json.ts";
import { systemTopicJson } from "../event-grid/system-topics.ts";
import { publicIpJson } from "../network/public-ip.ts";
import { allowed, type Principal, type Service, type Subscription, type World } from "../estate/world.ts";
import type { Row } from "./kusto.ts";

/** The permission to query at all. Whether Azure insists on it is not documented: the stricter reading. */
export const queryAction = "Microsoft.ResourceGraph/resources/read";

/** What a query can see: the rows of the subscriptions in its scope that its caller may read. */
export interface Visibility {
  readonly principal: Principal;
  readonly isInScope: (subscriptionId: string) => boolean;
  /** Lower-cased ids of resources that Resource Graph has no row for. */
  readonly hidden: ReadonlySet<string>;
}

/** Rows of services in the table `resources`. */
export function serviceRows(
  world: World,
  services: Iterable<Service>,
  { principal, isInScope, hidden }: Visibility,
  withheld: ReadonlySet<string>,
): Row[] {
  return [...services]
    .filter(
      ({ id, subscriptionId }) =>
        isInScope(subscriptionId) &&
        world.subscriptions.get(subscriptionId)?.tenantId === principal.tenantId &&
        isVisible(id, "Microsoft.ApiManagement/service/read", { principal, hidden }),
    )
    .map((service) => serviceRow(service, withheld));
}

/** Whether a resource is in the index, and the principal may both query it and read it. */
function isVisible(
  id: string,
  readAction: string,
  { principal, hidden }: Pick<Visibility, "principal" | "hidden">,
): boolean {
  return (
    !hidden.has(id.toLowerCase()) && allowed(principal, queryAction, id) && allowed(principal, readAction, id)
  );
}

/** Rows of public IP addresses in the table `resources`. */
export function publicIpRows(world: World, { principal, isInScope, hidden }: Visibility): Row[] {
  return [...world.publicIps.values()]
    .filter(
      ({ id }) =>
        isInScope(id.split("/")[2] ?? "") &&
        isVisible(id, "Microsoft.Network/publicIPAddresses/read", { principal, hidden }),
    )
    .map((each) => ({ ...publicIpJson(each), type: "microsoft.network/publicipaddresses" }));
}

/** Rows of Event Grid's system topics in the table `resources`. */
export function systemTopicRows(world: World, { principal, isInScope, hidden }: Visibility): Row[] {
  return [...world.systemTopics.values()]
    .filter(
      ({ id, subscriptionId }) =>
        isInScope(subscriptionId) &&
        world.subscriptions.get(subscriptionId)?.tenantId === principal.tenantId &&
        isVisible(id, "Microsoft.EventGrid/systemTopics/read", { principal, hidden }),
    )
    .map((topic) => ({
      ...systemTopicJson(topic),
      type: "microsoft.eventgrid/systemtopics",
      subscriptionId: topic.subscriptionId,
      resourceGroup: topic.id.split("/")[4]?.toLowerCase(),
    }));
}

/** Rows of subscriptions in the table `resourcecontainers`. */
export function subscriptionRows(world: World, { principal, isInScope }: Visibility): Row[] {
  return [...world.subscriptions.values()]
    .filter(
      ({ id, tenantId }) =>
        isInScope(id) &&
        tenantId === principal.tenantId &&
        allowed(principal, queryAction, `/subscriptions/${id}`) &&
        allowed(principal, "Microsoft.Resources/subscriptions/read", `/subscriptions/${id}`),
    )
    .map(subscriptionRow);
}

function serviceRow(service: Service, withheld: ReadonlySet<string>): Row {
  const { etag: _, ...json } = serviceJson(service);
  const properties = Object.fromEntries(
    Object.entries(json.properties).filter(([name]) => !withheld.has(name)),
  );
  const [, , , , resourceGroup] = service.id.split("/");
  return {
    ...json,
    // Resource Graph writes types and resource groups in lower case.
    type: "microsoft.apimanagement/service",
    subscriptionId: service.subscriptionId,
    resourceGroup: resourceGroup?.toLowerCase(),
    properties,
  };
}

function subscriptionRow({ id, tenantId, name, state, managementGroups, tags }: Subscription): Row {
  return {
    id: `/subscriptions/${id}`,
    type: "microsoft.resources/subscriptions",
    name,
    subscriptionId: id,
    tenantId,
    tags: tags ?? {},
    properties: { managementGroupAncestorsChain: managementGroups, state },
  };
}
