import { describe, expect, it } from "vitest";
import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../azure/resource-id.ts";
import type { Listings } from "./listings.ts";
import { parseConnectionName, parseQualifiedName, resolveConnection, type ShortName } from "./names.ts";
import type { Phase } from "./record/connection-record.ts";

const guid = "11111111-1111-4111-8111-111111111111";
const serviceId = (name: string) =>
  `/subscriptions/${guid}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/${name}`;
const id = (service: string, name: string) =>
  parseConnectionId(`${serviceId(service)}/privateEndpointConnections/${name}`) as ConnectionId;

function resolve(text: string, known: readonly (readonly [ConnectionId, Phase])[]) {
  const listings: Pick<Listings, "services" | "addressedServices" | "connectionIds" | "summaries"> = {
    services: async () =>
      ["orders", "payments"].map((name) => ({
        id: parseServiceId(serviceId(name)) as ServiceId,
        isExplained: true,
      })),
    addressedServices: async () => [parseServiceId(serviceId("new")) as ServiceId],
    connectionIds: async (service) =>
      known.map(([each]) => each).filter((each) => (service ?? each.service).text === each.service.text),
    summaries: async () =>
      known.map(([{ text: one, service, connectionName }, phase]) => ({
        id: one,
        service: service.text,
        name: connectionName,
        phase,
        at: "",
      })),
  };
  return resolveConnection(listings as Listings, parseConnectionName(text) as ShortName);
}

describe("the name of a connection", () => {
  const web = id("orders", "pe-web");

  it.each(["orders/pe-web", "ORDERS/PE-Web", "pe-web"])(
    "stands for the one that has it: %s",
    async (text) => {
      const known = [web, id("orders", "pe-webs"), id("payments", "pe-db")];
      expect(
        await resolve(
          text,
          known.map((each) => [each, "Held"]),
        ),
      ).toEqual({ kind: "found", id: web });
    },
  );

  it("is a whole one: a requester who puts dots into a name gets no other name", async () => {
    const lookalikes = [id("orders", `pe-web.evil.${guid}`), id("orders", `pe-web.${guid}`)];
    const alone = lookalikes.map((each) => [each, "Held"] as const);
    expect(await resolve("orders/pe-web", alone)).toMatchObject({ kind: "unknown" });
    expect(await resolve("orders/pe-web", [...alone, [web, "Held"]])).toEqual({ kind: "found", id: web });
    expect(await resolve(`orders/pe-web.${guid}`, alone)).toMatchObject({ kind: "found", id: lookalikes[1] });
  });

  it("is ambiguous where connections of two services have it, unless one of them is gone", async () => {
    const other = id("payments", "pe-web");
    const both = await resolve("pe-web", [
      [web, "Held"],
      [other, "Applied"],
    ]);
    expect(both).toMatchObject({ kind: "ambiguous", why: expect.stringContaining(other.text) as string });
    expect(
      await resolve("pe-web", [
        [web, "Held"],
        [other, "Gone"],
      ]),
    ).toEqual({ kind: "found", id: web });
    expect(
      await resolve("pe-web", [
        [web, "Gone"],
        [other, "Gone"],
      ]),
    ).toMatchObject({ kind: "ambiguous" });
  });

  it("is suggested for a typo in it, whatever the service is called", async () => {
    expect(await resolve("orders/pe-wep", [[web, "Held"]])).toMatchObject({
      kind: "unknown",
      why: 'no known connection is named "orders/pe-wep"; did you mean "orders/pe-web"?',
    });
    expect(await resolve("payments/nope", [[id("payments", "pe-9"), "Held"]])).toEqual({
      kind: "unknown",
      why: 'no known connection is named "payments/nope"',
    });
  });

  it("may begin with that of a service that only an address check has found", async () => {
    const first = id("new", "pe-first");
    expect(await resolve("new/pe-first", [[first, "Seen"]])).toEqual({ kind: "found", id: first });
  });

  it("needs that of its service for a change", () => {
    expect(parseQualifiedName("pe-web")).toBeUndefined();
    expect(parseQualifiedName("orders/pe-web.1")).toMatchObject({
      service: "orders",
      connection: "pe-web.1",
    });
  });
});
