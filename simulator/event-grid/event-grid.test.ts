import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EventGridDeserializer } from "@azure/eventgrid";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startRawArmClient, type RawArmClient } from "../../test/raw-arm-client.ts";
import { subscriptions, tenants } from "../estate/estate.ts";

let azure: RawArmClient;
beforeEach(async () => {
  azure = await startRawArmClient();
});
afterEach(() => azure.simulator.stop());

describe("the simulated Event Grid", () => {
  it.each(["EventGridSchema", "CloudEventSchemaV1_0"] as const)(
    "delivers events in %s that Azure's own deserialiser accepts",
    async (schema) => {
      const webhook = await startWebhook();
      await azure.simulator.events.subscribe({
        source: subscriptions.platform,
        endpoint: webhook.url,
        schema,
      });
      await azure.ask("pe-1");
      await azure.simulator.events.idle();
      await webhook.stop();
      const body = webhook.bodies.at(-1) ?? "";
      const deserialiser = new EventGridDeserializer();
      const [event] = await (schema === "EventGridSchema"
        ? deserialiser.deserializeEventGridEvents(body)
        : deserialiser.deserializeCloudEvents(body));
      expect(event).toMatchObject({
        // The proxy's name differs from the connection's.
        subject: expect.stringMatching(/\/privateEndpointConnectionProxies\/pe-1\.[0-9a-f-]{36}$/) as string,
        data: {
          operationName: "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write",
          tenantId: tenants.contoso,
        },
      });
    },
  );

  it("loses only as many events as requested", async () => {
    const webhook = await startWebhook();
    await azure.simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: webhook.url,
      schema: "EventGridSchema",
    });
    azure.simulator.events.lose(1);
    await azure.ask("pe-lost");
    await azure.ask("pe-delivered");
    await azure.simulator.events.idle();
    await webhook.stop();
    expect(webhook.bodies.filter((body) => body.includes("privateEndpointConnectionProxies"))).toHaveLength(
      1,
    );
  });

  it("does not subscribe a webhook that fails the handshake", async () => {
    const webhook = await startWebhook(false);
    const subscribe = azure.simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: webhook.url,
      schema: "EventGridSchema",
    });
    await expect(subscribe).rejects.toThrow("did not answer the handshake");
    await webhook.stop();
  });
});

/** A webhook that answers the handshakes, unless told otherwise, and records the notifications that it receives. */
async function startWebhook(
  answersHandshake = true,
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
        .end(JSON.stringify(answersHandshake ? { validationResponse: event.data?.validationCode } : {}));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    stop: () => new Promise((closed) => void server.close(() => closed())),
  };
}
