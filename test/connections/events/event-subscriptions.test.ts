import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeEventSubscriptions, subscriptions } from "../../../simulator/estate/estate.ts";
import type { EventSubscription } from "../../../simulator/estate/world.ts";
import { hourMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import {
  changeEventSubscription,
  problemsIn,
  putEventSubscriptions,
  requestsTo,
  type Properties,
} from "./event-path-reports.ts";

/** Which event subscriptions count as an event path, and how the others are named. */
const { platform } = subscriptions;

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

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

describe("the event paths", () => {
  it("are present where they deliver to the app's queue, by the topic's identity", async () => {
    for (const which of ["connections", "addresses"] as const) {
      changeEventSubscription(workbench, which, () => queue("STdrawbridge"));
      expect(await problemsIn(workbench)).toEqual([]);
      workbench.pass(hourMs);
    }
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
    putEventSubscriptions(workbench, eventSubscriptions);
    expect(await problemsIn(workbench)).toEqual([{ state: "absent", reason }]);
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
      "connections: drawbridge-connections filters out " +
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
      "addresses: drawbridge-addresses filters out " +
        "Microsoft.ApiManagement/service/delete, Microsoft.ApiManagement/service/managedeployments/action and 7 more",
    ],
  ])("are absent, and say so, where one %s", async (_, which, change, reason) => {
    changeEventSubscription(workbench, which, change);
    expect(await problemsIn(workbench)).toEqual([{ state: "absent", reason }]);
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
    changeEventSubscription(workbench, "connections", change);
    expect(await problemsIn(workbench)).toEqual([]);
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
    changeEventSubscription(workbench, "connections", change);
    workbench = workbench.under({
      app: { site: "func-drawbridge", hostname: "func-drawbridge.azurewebsites.net", stateAccount: "st" },
    });
    expect(await problemsIn(workbench)).toEqual([{ state: "unknown", reason }]);
  });

  it("are unknown where the app does not know its own name", async () => {
    workbench = workbench.under({ app: { stateAccount: "st" } });
    const [problem] = await problemsIn(workbench);
    expect(problem?.state).toBe("unknown");
    expect(problem?.reason).toContain(
      "the function app is not known: name it with --app; on Azure the app has it in WEBSITE_SITE_NAME",
    );
  });

  it("are found behind event subscriptions of others, on any page", async () => {
    const others = Array.from({ length: 120 }, (_, index) => ({
      name: `other-${index}`,
      properties: makeEventSubscriptions("func-other")[0]?.properties ?? {},
    }));
    putEventSubscriptions(workbench, [...others, ...makeEventSubscriptions()]);
    expect(await problemsIn(workbench)).toEqual([]);
    expect(requestsTo(workbench, "/eventSubscriptions")).toBe(2);
  });
});
