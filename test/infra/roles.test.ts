import { describe, expect, it } from "vitest";
import { arm } from "../../src/lib/azure/arm.ts";
import { armAddresses } from "../../src/lib/azure/arm-addresses.ts";
import { armEvents } from "../../src/lib/azure/arm-events.ts";
import { armClients } from "../../src/lib/azure/arm-clients.ts";
import { budget } from "../../src/lib/azure/budget.ts";
import { observeCalls } from "../../src/lib/azure/observe-calls.ts";
import {
  parseConnectionId,
  parseEndpointId,
  parseSubnetId,
  type ConnectionId,
} from "../../src/lib/azure/resource-id.ts";
import { systemClock } from "../../src/lib/clock.ts";
import type { Azure, FinalState } from "../../src/lib/connections/azure.ts";
import type { AddressAzure } from "../../src/lib/addresses/azure.ts";
import type { EventAzure } from "../../src/lib/estate/events/event-paths.ts";
import { subscriptionIn } from "../../src/lib/estate/subscription.ts";
import { ownQuota } from "../../src/lib/quota.ts";
import { noTelemetry } from "../../src/lib/telemetry.ts";
import { onSimulator } from "../../src/azure-or-simulator.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { makeService, makeSystemTopic, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { startSimulator, type SimulatorOptions } from "../../simulator/server.ts";
import { publicIpIdOf, serviceIdOf } from "../ids.ts";
import { documentedOperations } from "./azure-operations.ts";
import { roles, type RoleName } from "./roles.ts";

/** The app's real SDK calls against the simulator, by a principal that has the actions of the two roles and no others. */
interface Calls {
  readonly azure: Azure;
  readonly addresses: AddressAzure;
  readonly events: EventAzure;
  readonly connection: ConnectionId;
}

interface Probe {
  readonly call: string;
  /** The actions without which it is refused, each with the role that has to hold it. */
  readonly needs: readonly (readonly [RoleName, string])[];
  readonly pollAt?: SimulatorOptions["pollAt"];
  readonly works: (calls: Calls) => Promise<boolean>;
}

const { platform, landingZone } = subscriptions;
const service = serviceIdOf(makeService("apim-orders", platform).id);
const publicIpIn = (subscription: string) =>
  `/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.Network/publicIPAddresses/pip`;
const endpointId = `/subscriptions/${landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/pe-one`;
const subnetId = `/subscriptions/${landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/virtualNetworks/vnet-app/subnets/snet-endpoints`;
const apim = "Microsoft.ApiManagement/service";
const graph = "Microsoft.ResourceGraph/resources/read";

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

const probes: readonly Probe[] = [
  ...ofServices,
  following("resource", `${apim}/*/operationresults/read`),
  following("service", `${apim}/operationresults/read`),
  following("region", "Microsoft.ApiManagement/locations/operationsStatuses/read"),
  ...ofRequesters,
  publicIp("approver", platform),
  publicIp("reader", landingZone),
  topicOf("approver", platform),
  topicOf("reader", landingZone),
  eventSubscriptionsOf("approver", platform),
  eventSubscriptionsOf("reader", landingZone),
  subscriptionOf("approver", platform),
  subscriptionOf("reader", landingZone),
];

function known<T>(id: T | undefined): T {
  if (id === undefined) throw new Error("a test's id is none");
  return id;
}

/** Whether a probe works where a role lacks an action, or none lacks any, and the warnings that the app logs. */
async function worksWithout(
  probe: Probe,
  lacking?: readonly [RoleName, string],
): Promise<{ readonly works: boolean; readonly warnings: readonly string[] }> {
  const world = smallEstate();
  for (const subscription of [platform, landingZone]) {
    const id = publicIpIn(subscription);
    const made = { location: "westeurope", tags: undefined, guid: "g", sku: "Standard", name: "pip" };
    const address = { allocation: "Static", address: "203.0.113.99", attachedTo: undefined } as const;
    world.publicIps.set(id.toLowerCase(), { id, ...made, ...address });
  }
  const topic = makeSystemTopic(landingZone);
  world.systemTopics.set(topic.id.toLowerCase(), topic);
  const simulator = await startSimulator(world, probe.pollAt === undefined ? {} : { pollAt: probe.pollAt });
  try {
    const requester = { token: "requester", subscriptionId: landingZone, name: "pe-one" };
    await makeEndpoint(simulator, { ...requester, serviceId: service.text });
    const actionsOf = (role: RoleName) =>
      roles[role].actions
        .map(({ action }) => action)
        .filter((action) => lacking?.[0] !== role || lacking[1] !== action);
    world.principals
      .get("simulated")
      ?.assignments.splice(
        0,
        9,
        { scope: `/subscriptions/${platform}`, actions: actionsOf("approver") },
        { scope: `/subscriptions/${landingZone}`, actions: actionsOf("reader") },
      );
    const warnings: string[] = [];
    const log = { info: () => {}, warn: (message: string) => warnings.push(message), error: () => {} };
    const clients = armClients(onSimulator(simulator.url).arm, {
      budget: budget(ownQuota(systemClock), systemClock),
      seen: observeCalls(noTelemetry, log),
    });
    const azure = arm(clients, log, systemClock);
    const connection = known(parseConnectionId(`${service.text}/privateEndpointConnections/pe-one`));
    const ports = { azure, addresses: armAddresses(clients, azure), events: armEvents(clients) };
    const works = await probe.works({ ...ports, connection });
    return { works, warnings };
  } finally {
    await simulator.stop();
  }
}

/** Without these actions, Resource Graph answers with fewer rows, and ARM refuses nothing. */
const leavesRowsOut = [
  "Microsoft.Resources/subscriptions/read",
  "Microsoft.EventGrid/systemTopics/read",
  graph,
];

const held = (["approver", "reader"] as const).flatMap((role) =>
  roles[role].actions.map(({ action }) => [role, action] as const),
);

describe("the roles", () => {
  it.each(probes)("let the app do what it does: it $call", async (probe) => {
    expect(await worksWithout(probe)).toEqual({ works: true, warnings: [] });
  });

  it.each(held)("need in %s the action %s", async (role, action) => {
    const named = probes.filter(({ needs }) => needs.some((need) => need[0] === role && need[1] === action));
    // Where no call needs it, it is an action too many.
    expect(named.map(({ call }) => call)).not.toEqual([]);
    const warned = new Set<string>();
    for (const probe of named) {
      const { works, warnings } = await worksWithout(probe, [role, action]);
      expect([probe.call, works]).toEqual([probe.call, false]);
      for (const each of warnings) warned.add(each);
    }
    // The alert rule "forbidden" waits for this line. What Resource Graph leaves out is not refused.
    expect(warned.has("Azure refused a request with 403")).toBe(!leavesRowsOut.includes(action));
  });

  it("hold no action that no call needs, and each that one needs", () => {
    const needed = new Set(probes.flatMap(({ needs }) => needs.map((need) => need.join(" "))));
    expect(held.map((each) => each.join(" ")).toSorted()).toEqual([...needed].toSorted());
  });

  it.each(held)("name in %s only what Azure has operations for, or the role is refused: %s", (_, action) => {
    const pattern = new RegExp(`^${action.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i");
    expect(documentedOperations.filter((each) => pattern.test(each))).not.toEqual([]);
  });

  it("change nothing but connections, and give a reason for each action", () => {
    const writes = held.filter(([, action]) => !action.endsWith("/read"));
    expect(writes).toEqual([["approver", `${apim}/privateEndpointConnections/write`]]);
    for (const { actions } of Object.values(roles))
      for (const { reason } of actions) expect(reason).toMatch(/^[A-Z][^]{20,}\.$/);
  });
});
