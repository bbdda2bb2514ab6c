import { describe, expect, it } from "vitest";
import { httpRequest } from "../../test/http-request.ts";
import { parseConnectionId, parseServiceId, type ConnectionId } from "../lib/azure/resource-id.ts";
import type { ConnectionRecord } from "../lib/connections/record/connection-record.ts";
import type { Services } from "../services.ts";
import { connections, overview } from "./connections.ts";

const id = parseConnectionId(
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders/privateEndpointConnections/pe-one",
) as ConnectionId;
const record: ConnectionRecord = {
  id,
  version: "1",
  phase: "Applying",
  firstSeenAt: "2026-11-24T08:00:00.000Z",
  attempts: 0,
  lease: { owner: "me", until: "2026-11-24T08:01:30.000Z" },
  write: { sentAt: "2026-11-24T08:00:01.000Z", operation: `${id.text}/operationresults/x==?s=signed&h=hash` },
};

describe("a connection that is being written", () => {
  it("is shown with the time of its write, without the signed address of the operation", async () => {
    const listings = { connections: () => Promise.resolve({ items: [record] }) };
    const answer = await connections({ listings } as unknown as Services)(httpRequest("connections"));
    const [shown] = (answer.jsonBody as { connections: object[] }).connections;
    expect(shown).toEqual({
      connection: id.text,
      service: id.service.text,
      phase: "Applying",
      firstSeenAt: "2026-11-24T08:00:00.000Z",
      attempts: 0,
      sentAt: "2026-11-24T08:00:01.000Z",
    });
  });
});

describe("the overview", () => {
  it("holds every service that a sweep found or that has a connection with a record", async () => {
    const empty = parseServiceId(id.service.text.replace("apim-orders", "apim-empty"));
    const gone = parseConnectionId(id.text.replace("apim-orders", "apim-gone")) as ConnectionId;
    const clock = { now: () => new Date("2026-11-26T09:00:00Z") };
    const summary = { phase: "Held", verdict: "hold", at: "2026-11-24T08:00:00.000Z", waitsFor: "person" };
    const listings = {
      services: () =>
        Promise.resolve([
          { id: empty, isExplained: true },
          { id: id.service, isExplained: true },
        ]),
      summaries: () =>
        Promise.resolve([
          { id: id.text, service: id.service.text, name: "pe-one", ...summary },
          { id: gone.text, service: gone.service.text, name: "pe-one", ...summary },
        ]),
    };
    const answer = await overview({ clock, listings } as unknown as Services)(httpRequest("overview"));
    const connection = { name: "pe-one", ...summary };
    expect(answer.jsonBody).toEqual({
      services: [
        { service: empty?.text, connections: [] },
        { service: id.service.text, connections: [connection] },
        { service: gone.service.text, connections: [connection] },
      ],
    });
  });

  it.each([
    ["never, as a service that Azure does not let the app read", { isExplained: false }, {}],
    ["never, while the inventory shows it whole", { isExplained: true }, undefined],
    ["a day ago", { isExplained: false, readAt: "2026-11-25T09:00:00Z" }, undefined],
    ["longer ago", { isExplained: true, readAt: "2026-11-25T07:59:00Z" }, { readAt: "2026-11-25T07:59:00Z" }],
  ])("says whether a service is read that was read %s", async (_, swept, unread) => {
    const listings = {
      services: () => Promise.resolve([{ id: id.service, ...swept }]),
      summaries: () => Promise.resolve([]),
    };
    const clock = { now: () => new Date("2026-11-26T09:00:00Z") };
    const answer = await overview({ clock, listings } as unknown as Services)(httpRequest("overview"));
    const [service] = (answer.jsonBody as { services: { unread?: object }[] }).services;
    expect(service?.unread).toEqual(unread);
  });
});
