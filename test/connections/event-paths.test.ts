import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { healthDetails } from "../../src/functions/health.ts";
import type { Answer } from "../../src/functions/http/answers.ts";
import {
  makeEventSubscriptions,
  makeSystemTopic,
  smallEstate,
  subscriptions,
} from "../../simulator/estate/estate.ts";
import { generatedEstate } from "../../simulator/estate/generate.ts";
import type { EventSubscription } from "../../simulator/estate/world.ts";
import { publicIpIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Whether events reach the app, as address checks find out and `health/details` shows. */
const hour = 60 * 60_000;
const { platform, landingZone } = subscriptions;
const refusal = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

async function details(of: Workbench = bench): Promise<Answer<"HealthDetails">> {
  const config = { mode: "enforce", warnings: [] } as unknown as Parameters<
    typeof healthDetails
  >[0]["config"];
  const answer = await healthDetails({ ...of.services, config, addressProblems: [] })({
    url: "http://localhost/api/health/details",
    query: new URLSearchParams(),
  });
  return answer.jsonBody as Answer<"HealthDetails">;
}

const eventPaths = async (of: Workbench = bench) => (await details(of)).eventPaths;

/** Gives the platform's topic other event subscriptions. */
function put(eventSubscriptions: readonly EventSubscription[], subscription = platform): void {
  const topic = makeSystemTopic(subscription, eventSubscriptions);
  bench.simulator.world.systemTopics.set(topic.id.toLowerCase(), topic);
}

/** The two event subscriptions, the first or the second with other properties. */
function changed(which: "connections" | "addresses", change: (properties: Properties) => object): void {
  put(
    makeEventSubscriptions().map(({ name, properties }) => ({
      name,
      properties: { ...properties, ...(name.endsWith(which) ? change(properties) : {}) },
    })),
  );
}

type Properties = EventSubscription["properties"];
const filterOf = ({ filter }: Properties) => filter as Record<string, unknown>;

const queue = (account: string, queueName = "events") => ({
  destination: null,
  deliveryWithResourceIdentity: {
    identity: { type: "SystemAssigned" },
    destination: {
      endpointType: "StorageQueue",
      properties: {
        resourceId: `/subscriptions/${platform}/resourceGroups/rg-drawbridge/providers/Microsoft.Storage/storageAccounts/${account}`,
        queueName,
      },
    },
  },
});

const asked = (part: string) => bench.simulator.seen.filter(({ path }) => path.endsWith(part)).length;

async function found(): Promise<readonly { state: string; reason: string }[]> {
  await bench.check();
  const paths = await eventPaths();
  return (paths?.problems ?? []).map(({ state, reason }) => ({ state, reason }));
}

describe("the event paths", () => {
  it("are null before the first address check", async () => {
    expect(await eventPaths()).toBeNull();
  });

  it("are present where event subscriptions deliver to the app's functions what they read", async () => {
    await bench.check();
    expect(await eventPaths()).toEqual({
      readAt: "2026-11-24T08:00:00.000Z",
      subscriptions: 1,
      present: 1,
      absent: 0,
      unknown: 0,
      problems: [],
    });
  });

  it("are present where they deliver to the app's queue, by the topic's identity", async () => {
    for (const which of ["connections", "addresses"] as const) {
      changed(which, () => queue("STdrawbridge"));
      expect(await found()).toEqual([]);
      bench.pass(hour);
    }
  });

  it("are found in mode off too", async () => {
    bench.simulator.world.systemTopics.clear();
    const off = bench.under({ mode: "off" });
    await off.check();
    expect(await eventPaths(off)).toMatchObject({ absent: 1 });
  });

  it("name a governed subscription without a topic, and are read again only after an hour", async () => {
    bench.simulator.world.systemTopics.clear();
    const absent = { state: "absent", reason: "no system topic that the app can see" };
    expect(await found()).toEqual([absent]);
    const [topic] = smallEstate().systemTopics;
    if (topic !== undefined) bench.simulator.world.systemTopics.set(...topic);
    bench.pass(hour - 1);
    expect(await found()).toEqual([absent]);
    expect(asked("/eventSubscriptions")).toBe(0);
    bench.pass(1);
    expect(await found()).toEqual([]);
    expect(asked("/eventSubscriptions")).toBe(1);
  });

  it.each<[string, readonly EventSubscription[], string]>([
    [
      "none is on the topic",
      [],
      "connections: no event subscription on the topic delivers to this app; addresses: no event subscription on the topic delivers to this app",
    ],
    [
      "they deliver to another app",
      makeEventSubscriptions("func-other"),
      "connections: drawbridge-connections delivers to the function connectionChanged of func-other, which is not this app's; " +
        "addresses: drawbridge-addresses delivers to the function addressesMayHaveChanged of func-other, which is not this app's",
    ],
  ])("are absent where %s", async (_, eventSubscriptions, reason) => {
    put(eventSubscriptions);
    expect(await found()).toEqual([{ state: "absent", reason }]);
  });

  it.each<[string, "connections" | "addresses", (properties: Properties) => object, string]>([
    [
      "has failed",
      "connections",
      () => ({ provisioningState: "Failed" }),
      "connections: drawbridge-connections has the provisioning state Failed",
    ],
    [
      "waits for a person",
      "addresses",
      () => ({ provisioningState: "AwaitingManualAction" }),
      "addresses: drawbridge-addresses has the provisioning state AwaitingManualAction",
    ],
    [
      "has expired",
      "addresses",
      () => ({ expirationTimeUtc: "2026-11-24T07:59:59Z" }),
      "addresses: drawbridge-addresses expired at 2026-11-24T07:59:59.000Z",
    ],
    [
      "delivers to a queue of another account",
      "connections",
      () => queue("stother"),
      "connections: drawbridge-connections delivers to the queue events of stother, which is not this app's",
    ],
    [
      "delivers to another queue",
      "connections",
      () => queue("stdrawbridge", "reviews"),
      "connections: drawbridge-connections delivers to the queue reviews of stdrawbridge, which is not this app's",
    ],
    [
      "lacks a type of event",
      "connections",
      (properties) => ({
        filter: { ...filterOf(properties), includedEventTypes: ["Microsoft.Resources.ResourceWriteSuccess"] },
      }),
      "connections: drawbridge-connections lets no event pass of " +
        "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/delete, Microsoft.ApiManagement/service/privateEndpointConnections/delete",
    ],
    [
      "lacks operations",
      "addresses",
      (properties) => ({
        filter: {
          ...filterOf(properties),
          advancedFilters: [
            {
              operatorType: "StringIn",
              key: "data.operationName",
              values: ["microsoft.apimanagement/service/write"],
            },
          ],
        },
      }),
      "addresses: drawbridge-addresses lets no event pass of " +
        "Microsoft.ApiManagement/service/delete, Microsoft.ApiManagement/service/managedeployments/action, 7 more",
    ],
  ])("are absent, and say so, where one %s", async (_, which, change, reason) => {
    changed(which, change);
    expect(await found()).toEqual([{ state: "absent", reason }]);
  });

  it.each<[string, (properties: Properties) => object]>([
    [
      "no filter",
      () => ({ filter: { subjectBeginsWith: "", subjectEndsWith: "", includedEventTypes: null } }),
    ],
    [
      "a beginning of operations, and the subject of the subscription",
      () => ({
        filter: {
          subjectBeginsWith: `/subscriptions/${platform}`,
          advancedFilters: [
            {
              operatorType: "StringBeginsWith",
              key: "data.operationName",
              values: ["Microsoft.ApiManagement/", "Microsoft.Network/"],
            },
            { operatorType: "StringNotIn", key: "data.operationName", values: ["Microsoft.Compute/x/write"] },
          ],
        },
      }),
    ],
  ])("are present under %s", async (_, change) => {
    changed("connections", change);
    expect(await found()).toEqual([]);
  });

  it.each<[string, (properties: Properties) => object, string]>([
    [
      "the subject narrows it",
      (properties) => ({
        filter: {
          ...filterOf(properties),
          subjectBeginsWith: `/subscriptions/${platform}/resourceGroups/rg-one`,
        },
      }),
      "connections: drawbridge-connections filters by more than the operation, so that events may be left out",
    ],
    [
      "a filter is by something else than the operation",
      (properties) => ({
        filter: {
          ...filterOf(properties),
          advancedFilters: [{ operatorType: "StringIn", key: "data.status", values: ["Succeeded"] }],
        },
      }),
      "connections: drawbridge-connections filters by more than the operation, so that events may be left out",
    ],
    [
      "it is a webhook of the app",
      () => ({
        destination: {
          endpointType: "WebHook",
          properties: {
            endpointBaseUrl: "https://func-drawbridge.azurewebsites.net/runtime/webhooks/EventGrid",
          },
        },
      }),
      "connections: drawbridge-connections delivers to a webhook at func-drawbridge.azurewebsites.net, and Azure does not show which function it names",
    ],
  ])("are unknown where %s", async (_, change, reason) => {
    changed("connections", change);
    bench = bench.under({
      app: { site: "func-drawbridge", hostname: "func-drawbridge.azurewebsites.net", stateAccount: "st" },
    });
    expect(await found()).toEqual([{ state: "unknown", reason }]);
  });

  it("are unknown where the app does not know its own name", async () => {
    bench = bench.under({ app: { stateAccount: "st" } });
    const [problem] = await found();
    expect(problem?.state).toBe("unknown");
    expect(problem?.reason).toContain("the app does not know its own name (WEBSITE_SITE_NAME)");
  });

  it("are found behind event subscriptions of others, on any page", async () => {
    const others = Array.from({ length: 120 }, (_, index) => ({
      name: `other-${index}`,
      properties: makeEventSubscriptions("func-other")[0]?.properties ?? {},
    }));
    put([...others, ...makeEventSubscriptions()]);
    expect(await found()).toEqual([]);
    expect(asked("/eventSubscriptions")).toBe(2);
  });

  it("are unknown, and name the right, where the event subscriptions may not be read", async () => {
    bench.simulator.faults.add({
      path: "/eventsubscriptions",
      does: { kind: "answer", answer: refusal },
    });
    expect(await found()).toEqual([
      {
        state: "unknown",
        reason:
          "the app may not read the topic's event subscriptions (403 for Microsoft.EventGrid/systemTopics/eventSubscriptions/read)",
      },
    ]);
  });

  it("are unknown, and not present, where the topics cannot be read", async () => {
    await bench.check();
    bench.pass(hour);
    bench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      // After the subscriptions and the inventory.
      after: 2,
      does: { kind: "answer", answer: refusal },
    });
    await bench.check();
    expect(await eventPaths()).toMatchObject({
      readAt: "2026-11-24T09:00:00.000Z",
      present: 0,
      unknown: 1,
      problems: [
        {
          subscription: platform,
          state: "unknown",
          reason: "the system topics cannot be read from Resource Graph (forbidden)",
        },
      ],
    });
  });

  it("stay as they were while the inventory cannot be read to its end", async () => {
    bench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      // After the subscriptions.
      after: 1,
      does: { kind: "answer", answer: refusal },
    });
    await bench.check();
    expect(await eventPaths()).toBeNull();
  });

  it("of a subscription with watched public IP addresses alone need the events of these", async () => {
    const id = `/subscriptions/${landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/publicIPAddresses/pip`;
    const watching = bench.under({ watch: { ids: [publicIpIdOf(id)] } });
    await watching.check();
    expect(await eventPaths()).toMatchObject({
      subscriptions: 2,
      absent: 1,
      problems: [{ subscription: landingZone, reason: "no system topic that the app can see" }],
    });
    bench.pass(hour);
    const [, addresses] = makeEventSubscriptions();
    const properties = {
      ...addresses?.properties,
      filter: {
        advancedFilters: [
          {
            operatorType: "StringIn",
            key: "data.operationName",
            values: [
              "Microsoft.Network/publicIPAddresses/write",
              "Microsoft.Network/publicIPAddresses/delete",
            ],
          },
        ],
      },
    };
    put([{ name: "drawbridge-addresses", properties }], landingZone);
    await watching.check();
    expect(await eventPaths()).toMatchObject({ subscriptions: 2, present: 2, problems: [] });
  });

  it("name the first 50, and count all", async () => {
    const size = { services: 60, subscriptions: 60, pending: 0, approved: 0, seed: 1 };
    const large = await startWorkbench(generatedEstate(size));
    try {
      const everywhere = large.under({ scope: { subscriptions: [], tags: [{ name: "owner" }] } });
      await everywhere.check();
      const paths = await eventPaths(everywhere);
      expect(paths).toMatchObject({ subscriptions: 60, absent: 60 });
      expect(new Set(paths?.problems.map(({ subscription }) => subscription)).size).toBe(50);
    } finally {
      await large.stop();
    }
  });
});

describe("a subscription that the scope names", () => {
  const unseen = "99999999-9999-4999-8999-999999999999";

  it("is a warning where Resource Graph does not show it", async () => {
    const wide = bench.under({ scope: { subscriptions: [platform, unseen] } });
    await wide.check();
    expect((await details(wide)).warnings).toEqual([
      `Resource Graph does not show the subscription ${unseen}, which the scope names, nor a service in it. ` +
        `Check the id, and assign Drawbridge Approver at /subscriptions/${unseen}`,
    ]);
  });

  it("is none where it is shown, or Resource Graph cannot be asked", async () => {
    await bench.check();
    expect((await details()).warnings).toEqual([]);
  });
});
