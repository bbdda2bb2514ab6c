import { describe, expect, it } from "vitest";
import { arm } from "../../src/lib/azure/arm.ts";
import { armAddresses } from "../../src/lib/azure/arm-addresses.ts";
import { armEvents } from "../../src/lib/azure/arm-events.ts";
import { armClients } from "../../src/lib/azure/arm-clients.ts";
import { callQuota } from "../../src/lib/azure/call-quota.ts";
import { noteRefusals, observeCalls } from "../../src/lib/azure/observe-calls.ts";
import { parseConnectionId } from "../../src/lib/azure/resource-id.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { refusalWarning } from "../../src/lib/doctor/rights.ts";
import { roleNames } from "../../src/lib/how-to-grant.ts";
import { ownQuota } from "../../src/lib/azure-quota.ts";
import { noTelemetry } from "../../src/lib/telemetry.ts";
import { onSimulator } from "../../src/azure-or-simulator.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { makeSystemTopic, smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { startSimulator } from "../../simulator/server.ts";
import { documentedOperations } from "./azure-operations.ts";
import { apim, graph, known, probes, publicIpIn, service, type Probe } from "./role-probes.ts";
import { roles, type RoleName } from "./roles.ts";

/**
 * The app's real SDK calls against the simulator, by a principal that has the actions of the two roles and no others.
 */
const { platform, landingZone } = subscriptions;

/** What came of a probe: whether it worked, the warnings that the app logs, and what it says of each refused right. */
interface Outcome {
  readonly works: boolean;
  readonly warnings: readonly string[];
  readonly refused: readonly string[];
}

/** Runs a probe where a role lacks an action, or none lacks any. */
async function worksWithout(probe: Probe, lacking?: readonly [RoleName, string]): Promise<Outcome> {
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
    const [observe, noted] = [observeCalls(noTelemetry, log), noteRefusals()];
    const clients = armClients(onSimulator(simulator.url).arm, {
      quota: callQuota(ownQuota(systemClock), systemClock),
      seen: (call) => {
        observe(call);
        noted.seen(call);
      },
    });
    const azure = arm(clients, log, systemClock);
    const connection = known(parseConnectionId(`${service.text}/privateEndpointConnections/pe-one`));
    const ports = { azure, addresses: armAddresses(clients, azure), events: armEvents(clients) };
    const works = await probe.works({ ...ports, connection });
    const refused = noted.drain().map((right) => refusalWarning({ ...right, at: "now" }));
    return { works, warnings, refused };
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
    expect(await worksWithout(probe)).toEqual({ works: true, warnings: [], refused: [] });
  });

  it.each(held)("need in %s the action %s", async (role, action) => {
    const named = probes.filter(({ needs }) => needs.some((need) => need[0] === role && need[1] === action));
    // Where no call needs it, it is an action too many.
    expect(named.map(({ call }) => call)).not.toEqual([]);
    const warned = new Set<string>();
    for (const probe of named) {
      const { works, warnings, refused } = await worksWithout(probe, [role, action]);
      expect([probe.call, works]).toEqual([probe.call, false]);
      for (const each of warnings) warned.add(each);
      for (const each of refused) expect(each).toMatch(`Azure refused ${action} in `);
      expect(refused).toHaveLength(new Set(warnings).size);
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

  it("are called in the advice on how to grant them as they are deployed", () => {
    for (const [role, name] of Object.entries(roleNames)) expect(roles[role as RoleName].name).toBe(name);
  });

  it("change nothing but connections, and give a reason for each action", () => {
    const writes = held.filter(([, action]) => !action.endsWith("/read"));
    expect(writes).toEqual([["approver", `${apim}/privateEndpointConnections/write`]]);
    for (const { actions } of Object.values(roles))
      for (const { reason } of actions) expect(reason).toMatch(/^[A-Z][^]{20,}\.$/);
  });
});
