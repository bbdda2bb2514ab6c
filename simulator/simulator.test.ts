import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiManagementClient } from "@azure/arm-apimanagement";
import { createDefaultHttpClient } from "@azure/core-rest-pipeline";
import { EventGridDeserializer } from "@azure/eventgrid";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeEndpoint, networkClient } from "../local/requester.ts";
import { smallEstate, subscriptions, tenants } from "./estate/estate.ts";
import { startSimulator, type Simulator } from "./server.ts";

let simulator: Simulator;
beforeEach(async () => {
  // Three minutes take a second and a half; what they look like is in approval.test.ts.
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
  it("makes a Pending connection of a new endpoint, seen by all three reads", async () => {
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

  it("approves by an operation that Azure's own client follows to its end, or at once where that is asked for", async () => {
    const name = nameOf(await ask("pe-1"));
    expect(await put(name, "Approved")).toMatchObject({
      privateLinkServiceConnectionState: { status: "Approved" },
    });
    expect(
      simulator.seen.filter(({ path, status }) => path.includes("/operationresults/") && status === 202)
        .length,
    ).toBeGreaterThan(0);
    simulator.pass(20_000);
    orders().operationMs = 0;
    expect(await put(nameOf(await ask("pe-2")), "Rejected")).toMatchObject({
      privateLinkServiceConnectionState: { status: "Rejected" },
    });
  });

  it("answers 401 to a foreign tenant, 403 to a caller without the right, 404 to what is not there", async () => {
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

  it("lets the app read and decide connections, and change nothing else", async () => {
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

  it("approves by the requester's own rights where it asks for that, and refuses where it has none", async () => {
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
  ])("takes no endpoint to %s", async (_, change) => {
    Object.assign(orders(), change);
    await expect(ask("pe-1")).rejects.toMatchObject({ statusCode: 400 });
  });

  it("has the virtual networks behind its subnets, for those who may read them", async () => {
    const read = (token: string) =>
      networkClient(simulator, token, subscriptions.landingZone).virtualNetworks.get("rg-app", "vnet-app");
    expect(await read("simulated")).toMatchObject({
      addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
      subnets: [
        { name: "snet-endpoints", addressPrefix: "10.20.0.0/20" },
        { addressPrefixes: ["10.20.16.0/24", "192.168.0.0/24"] },
        {},
      ],
    });
    await expect(read("owner")).rejects.toMatchObject({ statusCode: 403 });
    await expect(read("partner")).rejects.toMatchObject({ statusCode: 401 });
  });

  it("takes the hundredth connection of a service, and no more", async () => {
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

  it("takes the connection away with its endpoint", async () => {
    await ask("pe-1");
    await networkClient(simulator, "requester", subscriptions.landingZone).privateEndpoints.delete(
      "rg-app",
      "pe-1",
    );
    expect(orders().connections.size).toBe(0);
  });
});

describe("the simulated Event Grid", () => {
  it.each(["EventGridSchema", "CloudEventSchemaV1_0"] as const)(
    "delivers events in %s that Azure's own deserialiser takes",
    async (schema) => {
      const webhook = await startWebhook();
      await simulator.events.subscribe({ source: subscriptions.platform, endpoint: webhook.url, schema });
      await ask("pe-1");
      await simulator.events.idle();
      await webhook.stop();
      const body = webhook.bodies.at(-1) ?? "";
      const deserialiser = new EventGridDeserializer();
      const [event] = await (schema === "EventGridSchema"
        ? deserialiser.deserializeEventGridEvents(body)
        : deserialiser.deserializeCloudEvents(body));
      expect(event).toMatchObject({
        // Its name is not the connection's.
        subject: expect.stringMatching(/\/privateEndpointConnectionProxies\/pe-1\.[0-9a-f-]{36}$/) as string,
        data: {
          operationName: "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write",
          tenantId: tenants.contoso,
        },
      });
    },
  );

  it("loses an event when told to, and only that one", async () => {
    const webhook = await startWebhook();
    await simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: webhook.url,
      schema: "EventGridSchema",
    });
    simulator.events.lose(1);
    await ask("pe-lost");
    await ask("pe-told");
    await simulator.events.idle();
    await webhook.stop();
    expect(webhook.bodies.filter((body) => body.includes("privateEndpointConnectionProxies"))).toHaveLength(
      1,
    );
  });

  it("does not subscribe a webhook that does not answer the handshake", async () => {
    const webhook = await startWebhook(false);
    const subscribe = simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: webhook.url,
      schema: "EventGridSchema",
    });
    await expect(subscribe).rejects.toThrow("did not answer the handshake");
    await webhook.stop();
  });
});

/** A webhook that answers the handshakes and keeps what it is sent. */
async function startWebhook(
  polite = true,
): Promise<{ url: string; bodies: string[]; stop: () => Promise<void> }> {
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      if (request.method === "OPTIONS")
        return response.writeHead(200, { "WebHook-Allowed-Origin": "*" }).end();
      if (request.headers["aeg-event-type"] === "Notification") bodies.push(body);
      const event = [JSON.parse(body)].flat()[0] as { data?: { validationCode?: string } };
      return response
        .writeHead(200)
        .end(JSON.stringify(polite ? { validationResponse: event.data?.validationCode } : {}));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    stop: () => new Promise((closed) => void server.close(() => closed())),
  };
}
