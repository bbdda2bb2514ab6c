import { ApiManagementClient } from "@azure/arm-apimanagement";
import { createDefaultHttpClient } from "@azure/core-rest-pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeEndpoint, networkClient } from "../../local/requester.ts";
import { smallEstate, subscriptions } from "../estate/estate.ts";
import { startSimulator, type Simulator } from "../server.ts";

let simulator: Simulator;
beforeEach(async () => {
  // An approval of three minutes takes a second and a half. approval.test.ts checks the durations.
  simulator = await startSimulator(smallEstate(), { speed: 120 });
});
afterEach(() => simulator.stop());

const orders = () => [...simulator.world.services.values()][0] ?? expect.fail("no service");

function apim(token = "simulated"): ApiManagementClient {
  const http = createDefaultHttpClient();
  const credential = {
    getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return new ApiManagementClient(credential, subscriptions.platform, {
    retryOptions: { maxRetries: 0 },
    httpClient: {
      sendRequest: (request) => {
        request.url = request.url.replace("https://management.azure.com", simulator.url);
        request.allowInsecureConnection = true;
        return http.sendRequest(request);
      },
    },
  });
}

const ask = (name: string) =>
  makeEndpoint(simulator, {
    name,
    token: "requester",
    subscriptionId: subscriptions.landingZone,
    serviceId: orders().id,
    message: "please",
  });
const nameOf = (id: string) => id.split("/").at(-1) ?? "";
const put = (name: string, status: string, client = apim()) =>
  client.privateEndpointConnectionOperations.beginCreateOrUpdateAndWait("rg-apim", "apim-orders", name, {
    id: `${orders().id}/privateEndpointConnections/${name}`,
    properties: { privateLinkServiceConnectionState: { status, description: "by a test" } },
  });

describe("the simulated ARM", () => {
  it("creates a Pending connection for a new endpoint, which all three reads return", async () => {
    const name = nameOf(await ask("pe-1"));
    const one = await apim().privateEndpointConnectionOperations.getByName("rg-apim", "apim-orders", name);
    expect(one).toMatchObject({
      name,
      privateLinkServiceConnectionState: { status: "Pending", description: "please" },
    });
    const listed = [];
    for await (const each of apim().privateEndpointConnectionOperations.listByService(
      "rg-apim",
      "apim-orders",
    ))
      listed.push(each.name);
    expect(listed).toEqual([name]);
    const service = await apim().apiManagementService.get("rg-apim", "apim-orders");
    expect(service.privateEndpointConnections).toMatchObject([{ name, groupIds: ["Gateway"] }]);
  });

  it("approves by an operation that Azure's own client polls to its end, or at once if so configured", async () => {
    const name = nameOf(await ask("pe-1"));
    expect(await put(name, "Approved")).toMatchObject({
      privateLinkServiceConnectionState: { status: "Approved" },
    });
    expect(
      simulator.seen.filter(({ path, status }) => path.includes("/operationresults/") && status === 202)
        .length,
    ).toBeGreaterThan(0);
    simulator.advance(20_000);
    orders().operationMs = 0;
    expect(await put(nameOf(await ask("pe-2")), "Rejected")).toMatchObject({
      privateLinkServiceConnectionState: { status: "Rejected" },
    });
  });

  it("returns 401 to another tenant, 403 to a caller without the permission, 404 for a missing resource", async () => {
    await makeEndpoint(simulator, {
      name: "pe-foreign",
      token: "partner",
      subscriptionId: subscriptions.partner,
      serviceId: orders().id,
    });
    const read = (token: string, subscription: string, name: string) =>
      networkClient(simulator, token, subscription).privateEndpoints.get("rg-app", name);
    await expect(read("simulated", subscriptions.partner, "pe-foreign")).rejects.toMatchObject({
      statusCode: 401,
      code: "InvalidAuthenticationTokenTenant",
    });
    await expect(read("simulated", subscriptions.newTeam, "pe")).rejects.toMatchObject({
      statusCode: 403,
      code: "AuthorizationFailed",
    });
    await expect(read("simulated", subscriptions.landingZone, "pe")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
    await expect(read("nobody", subscriptions.landingZone, "pe")).rejects.toMatchObject({
      statusCode: 401,
      code: "AuthenticationFailed",
    });
  });

  it("lets the app read and decide connections, but change nothing else", async () => {
    const name = nameOf(await ask("pe-1"));
    const update = apim().apiManagementService.beginUpdateAndWait("rg-apim", "apim-orders", { tags: {} });
    await expect(update).rejects.toMatchObject({ statusCode: 403 });
    await expect(
      apim().privateEndpointConnectionOperations.beginDeleteAndWait("rg-apim", "apim-orders", name),
    ).rejects.toMatchObject({ statusCode: 403 });
  });

  it("lists to a caller only the services that it may read", async () => {
    const listed = async (token: string) => {
      const names = [];
      for await (const { name } of apim(token).apiManagementService.list()) names.push(name);
      return names;
    };
    expect(await listed("simulated")).toEqual(["apim-orders", "apim-payments"]);
    expect(await listed("requester")).toEqual([]);
  });

  it("approves automatically if the requester asks for it and has the permission, and refuses without the permission", async () => {
    const request = { token: "requester", subscriptionId: subscriptions.landingZone, serviceId: orders().id };
    await expect(makeEndpoint(simulator, { ...request, name: "pe-1", manual: false })).rejects.toMatchObject({
      statusCode: 403,
    });
    const actions = ["Microsoft.ApiManagement/service/privateEndpointConnections/write"];
    simulator.world.principals.get("requester")?.assignments.push({ scope: orders().id, actions });
    const id = await makeEndpoint(simulator, { ...request, name: "pe-2", manual: false });
    expect(orders().connections.get(nameOf(id))?.status).toBe("Approved");
  });

  it.each([
    ["a tier without private endpoints", { sku: { name: "Consumption", capacity: 0 } }],
    ["a classic service in a virtual network", { properties: { virtualNetworkType: "External" } }],
  ])("refuses an endpoint for %s", async (_, change) => {
    Object.assign(orders(), change);
    await expect(ask("pe-1")).rejects.toMatchObject({ statusCode: 400 });
  });

  it("returns virtual networks with their subnets to callers that may read them", async () => {
    const read = (token: string) =>
      networkClient(simulator, token, subscriptions.landingZone).virtualNetworks.get("rg-app", "vnet-app");
    expect(await read("simulated")).toMatchObject({
      addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
      subnets: [
        { name: "snet-endpoints", addressPrefix: "10.20.0.0/20" },
        { addressPrefixes: ["10.20.16.0/24", "192.168.0.0/24"] },
        { name: "default" },
        { name: "snet-private", addressPrefix: "10.20.48.0/24" },
      ],
    });
    await expect(read("owner")).rejects.toMatchObject({ statusCode: 403 });
    await expect(read("partner")).rejects.toMatchObject({ statusCode: 401 });
  });

  it("accepts the hundredth connection of a service, and no more", async () => {
    const template = { endpointId: "", groupIds: ["Gateway"], status: "Approved", description: "" } as const;
    for (let number = 1; number < 100; number++) {
      const name = `pe-${number}`;
      orders().connections.set(name, {
        ...template,
        id: `${orders().id}/privateEndpointConnections/${name}`,
        name,
      });
    }
    await ask("the-hundredth");
    await expect(ask("one-more")).rejects.toMatchObject({ statusCode: 400 });
    expect(orders().connections.size).toBe(100);
  });

  it("deletes the connection with its endpoint", async () => {
    await ask("pe-1");
    await networkClient(simulator, "requester", subscriptions.landingZone).privateEndpoints.delete(
      "rg-app",
      "pe-1",
    );
    expect(orders().connections.size).toBe(0);
  });
});
