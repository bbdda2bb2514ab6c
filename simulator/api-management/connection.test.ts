import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { networkClient } from "../../local/requester.ts";
import { landingZoneNetwork, startRawArmClient, type RawArmClient } from "../../test/raw-arm-client.ts";
import { minuteMs } from "../clock.ts";
import { subscriptions } from "../estate/estate.ts";

/** Compares the simulator with recordings of Azure's own clients, over plain HTTP. */
let azure: RawArmClient;
beforeEach(async () => {
  azure = await startRawArmClient();
});
afterEach(() => azure.simulator.stop());

const deleteEndpoint = (name: string) =>
  networkClient(azure.simulator, "requester", subscriptions.landingZone).privateEndpoints.delete(
    "rg-app",
    name,
  );

/** Creates an endpoint whose connection has another name than the endpoint. */
async function makeEndpointNamed(name: string, connectionName: string) {
  const id = `${landingZoneNetwork}/privateEndpoints/${name}`;
  const properties = { privateLinkServiceId: azure.orders().id, groupIds: ["Gateway"] };
  const body = {
    location: "westeurope",
    properties: {
      subnet: { id: `${landingZoneNetwork}/virtualNetworks/vnet-app/subnets/default` },
      manualPrivateLinkServiceConnections: [{ name: connectionName, properties }],
    },
  };
  expect((await azure.arm("PUT", id, body, "requester")).status).toBe(201);
}

describe("a connection", () => {
  it("has the name that its requester chose, not the name of its endpoint", async () => {
    await makeEndpointNamed("pe-1", "conn-1");
    const id = `${azure.orders().id}/privateEndpointConnections/conn-1`;
    expect((await azure.arm("GET", id)).body).toMatchObject({ id, name: "conn-1" });
    expect((await azure.arm("GET", id.replace("conn-1", "pe-1"))).status).toBe(404);
  });

  it("has its groups, a null actionsRequired and by default an empty description, in GET and list alike", async () => {
    const id = await azure.ask("pe-1");
    const json = {
      id,
      name: "pe-1",
      type: "Microsoft.ApiManagement/service/privateEndpointConnections",
      properties: {
        provisioningState: "Succeeded",
        privateEndpoint: { id: expect.stringContaining("/privateEndpoints/pe-1") as string },
        groupIds: ["Gateway"],
        privateLinkServiceConnectionState: { status: "Pending", description: "", actionsRequired: null },
      },
    };
    expect((await azure.arm("GET", id)).body).toEqual(json);
    expect((await azure.arm("GET", `${azure.orders().id}/privateEndpointConnections`)).body).toEqual({
      value: [json],
    });
    expect((await azure.arm("GET", azure.orders().id)).body).toMatchObject({
      properties: { privateEndpointConnections: [json] },
    });
  });

  it("is null on a service without connections, whose list is empty", async () => {
    expect((await azure.arm("GET", azure.orders().id)).body).toMatchObject({
      properties: { privateEndpointConnections: null, additionalLocations: null, virtualNetworkType: "None" },
      identity: null,
      zones: null,
    });
    expect((await azure.arm("GET", `${azure.orders().id}/privateEndpointConnections`)).body).toEqual({
      value: [],
    });
  });

  it("is listed before older ones", async () => {
    await azure.ask("pe-1");
    await azure.ask("pe-2");
    const { value } = (await azure.arm("GET", `${azure.orders().id}/privateEndpointConnections`)).body as {
      value: { name: string }[];
    };
    expect(value.map(({ name }) => name)).toEqual(["pe-2", "pe-1"]);
  });

  it("has a unique name, which is free again once its endpoint is deleted", async () => {
    await azure.ask("pe-1");
    const other = { token: "requester", subscriptionId: subscriptions.sandbox };
    await expect(azure.ask("pe-1", other)).rejects.toMatchObject({
      statusCode: 400,
      code: "PrivateEndpointConnectionNameInUse",
    });
    await deleteEndpoint("pe-1");
    await azure.ask("pe-1", other);
    expect(azure.orders().connections.get("pe-1")?.endpointId).toContain(subscriptions.sandbox);
  });

  it("stays when an earlier endpoint whose connection had its name is deleted", async () => {
    const id = await azure.ask("pe-1");
    await azure.arm("DELETE", id, undefined, "owner");
    azure.simulator.advance(10 * minuteMs);
    await azure.ask("pe-1", { subscriptionId: subscriptions.sandbox });
    await deleteEndpoint("pe-1");
    expect(azure.orders().connections.get("pe-1")?.endpointId).toContain(subscriptions.sandbox);
  });
});

describe("the removal of a connection by the service's owner", () => {
  it("returns 202, takes minutes, and leaves the endpoint Disconnected", async () => {
    const id = await azure.ask("pe-1", { message: "please" });
    expect((await azure.arm("DELETE", id)).status).toBe(403);
    const { status, body, headers } = await azure.arm("DELETE", id, undefined, "owner");
    expect([status, body]).toEqual([202, {}]);
    const location = headers.get("location") ?? "";
    expect(location).toContain(`${id}/operationresults/`);
    expect((await azure.arm("GET", location, undefined, "owner")).status).toBe(202);
    azure.simulator.advance(3 * minuteMs);
    expect((await azure.arm("GET", location, undefined, "owner")).status).toBe(204);
    expect((await azure.arm("GET", id)).status).toBe(404);
    const network = networkClient(azure.simulator, "requester", subscriptions.landingZone);
    const endpoint = await network.privateEndpoints.get("rg-app", "pe-1");
    expect(endpoint.manualPrivateLinkServiceConnections?.[0]?.privateLinkServiceConnectionState).toEqual({
      status: "Disconnected",
      description: "please",
      actionsRequired: "None",
    });
  });
});
