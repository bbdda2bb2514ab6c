import { parseEndpointId, parseSubnetId, type ConnectionId } from "../../src/lib/azure/resource-id.ts";
import type { AddressAzure } from "../../src/lib/addresses/azure-addresses.ts";
import type { Azure, FinalState } from "../../src/lib/connections/azure-connections.ts";
import type { EventAzure } from "../../src/lib/estate/events/event-paths.ts";
import { subscriptionIn } from "../../src/lib/estate/subscription.ts";
import { makeService, subscriptions } from "../../simulator/estate/estate.ts";
import type { SimulatorOptions } from "../../simulator/server.ts";
import { publicIpIdOf, serviceIdOf } from "../ids.ts";
import type { RoleName } from "./roles.ts";

/** The app's calls of Azure, each with the actions that it needs. */
interface Calls {
  readonly azure: Azure;
  readonly addresses: AddressAzure;
  readonly events: EventAzure;
  readonly connection: ConnectionId;
}

export interface Probe {
  readonly call: string;
  /** The actions without which it is refused, each with the role that has to hold it. */
  readonly needs: readonly (readonly [RoleName, string])[];
  readonly pollAt?: SimulatorOptions["pollAt"];
  readonly works: (calls: Calls) => Promise<boolean>;
}

const { platform, landingZone } = subscriptions;
export const service = serviceIdOf(makeService("apim-orders", platform).id);
export const publicIpIn = (subscription: string) =>
  `/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.Network/publicIPAddresses/pip`;
const endpointId = `/subscriptions/${landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/pe-one`;
const subnetId = `/subscriptions/${landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/virtualNetworks/vnet-app/subnets/snet-endpoints`;
export const apim = "Microsoft.ApiManagement/service";
export const graph = "Microsoft.ResourceGraph/resources/read";

async function approve({ azure, connection }: Calls, state: FinalState = "Approved") {
  const armId = `${service.text}/privateEndpointConnections/pe-one`;
  return azure.setState({ id: connection, armId }, state, "approved by a test");
}

/** Approves, and polls the operation that ARM names: true only where the poll is answered. */
async function follow(calls: Calls): Promise<boolean> {
  const outcome = await approve(calls);
  if (outcome.kind !== "accepted" || outcome.operation === undefined) return false;
  return (await calls.azure.operation(calls.connection, outcome.operation)).kind === "under-way";
}

const following = (pollAt: SimulatorOptions["pollAt"], action: string): Probe => ({
  call: `follows an approval at an address of the ${pollAt}`,
  needs: [
    ["approver", `${apim}/privateEndpointConnections/write`],
    ["approver", action],
  ],
  pollAt,
  works: follow,
});

const subscriptionOf = (role: RoleName, id: string): Probe => ({
  call: `finds a subscription of the ${role}'s and the management groups above it`,
  needs: [
    [role, "Microsoft.Resources/subscriptions/read"],
    [role, graph],
  ],
  works: async ({ azure }) => {
    const read = subscriptionIn(await azure.subscriptions([id], "fresh"), id);
    return read.kind === "known" && read.value.managementGroups.length > 0;
  },
});

const publicIp = (role: RoleName, subscription: string): Probe => ({
  call: `reads a public IP address in a subscription of the ${role}'s`,
  needs: [[role, "Microsoft.Network/publicIPAddresses/read"]],
  works: async ({ addresses }) =>
    (await addresses.publicIp(publicIpIdOf(publicIpIn(subscription)))).kind === "known",
});

const serviceTags: Probe = {
  call: "reads the service tags of a region",
  needs: [["approver", "Microsoft.Network/locations/serviceTags/read"]],
  works: async ({ addresses }) =>
    (await addresses.serviceTags(platform, "westeurope", ["AzureCloud.westeurope"])).kind === "known",
};

const topicOf = (role: RoleName, subscription: string): Probe => ({
  call: `finds the system topic in a subscription of the ${role}'s`,
  needs: [
    [role, "Microsoft.EventGrid/systemTopics/read"],
    [role, graph],
  ],
  works: async ({ events }) => {
    const read = await events.systemTopics([subscription]);
    return read.kind === "known" && read.value.length > 0;
  },
});

const eventSubscriptionsOf = (role: RoleName, subscription: string): Probe => ({
  call: `reads the event subscriptions on a topic in a subscription of the ${role}'s`,
  needs: [[role, "Microsoft.EventGrid/systemTopics/eventSubscriptions/read"]],
  works: async ({ events }) => {
    const topic = { subscriptionId: subscription, resourceGroup: "rg-events", name: "events" };
    const read = await events.eventSubscriptions(topic);
    return read.kind === "known" && read.value.length === 2;
  },
});

const ofServices: readonly Probe[] = [
  {
    call: "reads a service",
    needs: [["approver", `${apim}/read`]],
    works: async ({ azure }) => (await azure.service(service)).kind === "known",
  },
  {
    call: "reads the addresses of a service",
    needs: [["approver", `${apim}/read`]],
    works: async ({ addresses }) => (await addresses.service(service)).kind === "known",
  },
  {
    call: "lists the services of a subscription",
    needs: [["approver", `${apim}/read`]],
    works: async ({ azure }) => {
      const read = await azure.services(platform);
      return read.kind === "known" && read.value.length > 0;
    },
  },
  {
    call: "takes the inventory",
    needs: [
      ["approver", `${apim}/read`],
      ["approver", graph],
    ],
    works: async ({ azure }) => {
      const read = await azure.inventory("all");
      return read.kind === "known" && read.value.items.length > 0;
    },
  },
  {
    call: "reads a connection",
    needs: [["approver", `${apim}/privateEndpointConnections/read`]],
    works: async ({ azure, connection }) => (await azure.connection(connection)).kind === "known",
  },
  {
    call: "approves a connection",
    needs: [["approver", `${apim}/privateEndpointConnections/write`]],
    works: async (calls) => (await approve(calls)).kind === "accepted",
  },
];

const ofRequesters: readonly Probe[] = [
  {
    call: "reads an endpoint",
    needs: [["reader", "Microsoft.Network/privateEndpoints/read"]],
    works: async ({ azure }) => (await azure.endpoint(known(parseEndpointId(endpointId)))).kind === "known",
  },
  {
    call: "reads an endpoint's DNS zones",
    needs: [["reader", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read"]],
    works: async ({ azure }) => (await azure.dnsZones(known(parseEndpointId(endpointId)))).kind === "known",
  },
  {
    call: "reads a virtual network",
    needs: [["reader", "Microsoft.Network/virtualNetworks/read"]],
    works: async ({ azure }) => (await azure.network(known(parseSubnetId(subnetId)))).kind === "known",
  },
];

export const probes: readonly Probe[] = [
  ...ofServices,
  following("resource", `${apim}/*/operationresults/read`),
  following("service", `${apim}/operationresults/read`),
  following("region", "Microsoft.ApiManagement/locations/operationsStatuses/read"),
  ...ofRequesters,
  publicIp("approver", platform),
  serviceTags,
  publicIp("reader", landingZone),
  topicOf("approver", platform),
  topicOf("reader", landingZone),
  eventSubscriptionsOf("approver", platform),
  eventSubscriptionsOf("reader", landingZone),
  subscriptionOf("approver", platform),
  subscriptionOf("reader", landingZone),
];

export function known<T>(id: T | undefined): T {
  if (id === undefined) throw new Error("a test's id is none");
  return id;
}
