import { describe, expect, it } from "vitest";
import { counters } from "../lib/counters.ts";
import { jsonLog } from "../lib/log.ts";
import { connectionChanged } from "./connection-changed.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const service = (name: string) =>
  `/subscriptions/${subscription}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/${name}`;

describe("a delivery of Event Grid", () => {
  it("becomes one message for each resource, and ignored events are counted by their reason", () => {
    const scope = {
      subscriptions: [subscription],
      resourceGroups: [],
      ids: [],
      managementGroups: [],
      tags: [],
      exclude: [],
    };
    const clock = { now: () => new Date("2026-11-24T08:00:00Z") };
    const counted = counters();
    const log = jsonLog(() => {}, clock);
    const receive = connectionChanged({
      scope,
      clock,
      log,
      counters: counted,
      newId: () => "id",
      recentActivity: {},
    });
    const links = ["apim-a", "apim-b"].map((name) => ({
      properties: { privateLinkServiceId: service(name) },
    }));
    const notification = {
      eventType: "Microsoft.ResourceNotifications.Resources.CreatedOrUpdated",
      data: {
        resourceInfo: {
          type: "Microsoft.Network/privateEndpoints",
          properties: { manualPrivateLinkServiceConnections: links },
        },
      },
    };
    const write = {
      subject: `${service("apim-c")}/privateEndpointConnectionProxies/pe.1`,
      data: {
        operationName: "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write",
        resourceUri: "",
      },
    };
    const other = { eventType: "Microsoft.Storage.BlobCreated", data: {} };
    expect(receive([notification, write, other, "x"])?.map(({ kind, id }) => [kind, id])).toEqual([
      ["service", service("apim-a")],
      ["service", service("apim-b")],
      ["service", service("apim-c")],
    ]);
    expect(counted.all()).toEqual({ "events-look": 2, "events-irrelevant": 1, "events-malformed": 1 });
    expect(receive(other)).toBeUndefined();
  });
});
