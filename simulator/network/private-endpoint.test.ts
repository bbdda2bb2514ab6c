import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  errorCodeOf,
  landingZoneNetwork,
  startRawArmClient,
  type RawArmClient,
} from "../../test/raw-arm-client.ts";
import { minuteMs } from "../clock.ts";

/** Compares the simulator with recordings of Azure's own clients, over plain HTTP. */
let azure: RawArmClient;
beforeEach(async () => {
  azure = await startRawArmClient();
});
afterEach(() => azure.simulator.stop());

describe("a private endpoint", () => {
  const endpointOf = async (name: string) => {
    const id = `${landingZoneNetwork}/privateEndpoints/${name}`;
    return (await azure.arm("GET", id, undefined, "requester")).body as {
      tags?: object;
      properties: { networkInterfaces: [{ id: string }]; customDnsConfigs: unknown };
    };
  };

  it("shows its address only on its network interface until it is approved", async () => {
    const id = await azure.ask("pe-1");
    const { properties } = await endpointOf("pe-1");
    expect(properties).toMatchObject({ customDnsConfigs: [], ipConfigurations: [] });
    const [{ id: nic }] = properties.networkInterfaces;
    expect(nic).toMatch(/\/networkInterfaces\/pe-1\.nic\.[0-9a-f-]{36}$/);
    expect((await azure.arm("GET", nic, undefined, "requester")).body).toMatchObject({
      properties: { ipConfigurations: [{ properties: { privateIPAddress: "10.20.0.4" } }] },
    });
    await azure.put(id, "Approved");
    azure.simulator.advance(4 * minuteMs);
    expect((await endpointOf("pe-1")).properties.customDnsConfigs).toEqual([
      { fqdn: "apim-orders.azure-api.net", ipAddresses: ["10.20.0.4"] },
    ]);
  });

  it.each([
    ["pe-1", "pe..%2e", "InvalidResourceName"],
    ["pe-1", "-pe", "InvalidResourceName"],
    ["pe-1", "pe-", "InvalidResourceName"],
    ["pe-1", "x".repeat(81), "InvalidResourceName"],
    ["pe-1", "pe 1", "InvalidResourceName"],
    ["pe-1", "", "InvalidRequestFormat"],
    ["pe-", "c", "InvalidResourceName"],
  ])("is not created with %j as its name and %j as its connection's: %s", async (own, name, code) => {
    const link = { name, properties: { privateLinkServiceId: azure.orders().id, groupIds: ["Gateway"] } };
    const subnet = { id: `${landingZoneNetwork}/virtualNetworks/vnet-app/subnets/default` };
    const properties = { subnet, manualPrivateLinkServiceConnections: [link] };
    const id = `${landingZoneNetwork}/privateEndpoints/${own}`;
    const answer = await azure.arm("PUT", id, { location: "westeurope", properties }, "requester");
    expect([answer.status, errorCodeOf(answer)]).toEqual([400, code]);
    expect(azure.orders().connections.size).toBe(0);
  });

  it("says Awaiting Approval in the response to its PUT, and its connection's description afterwards", async () => {
    const link = {
      name: "c",
      properties: { privateLinkServiceId: azure.orders().id, groupIds: ["Gateway"] },
    };
    const body = {
      location: "westeurope",
      properties: {
        subnet: { id: `${landingZoneNetwork}/virtualNetworks/vnet-app/subnets/default` },
        manualPrivateLinkServiceConnections: [link],
      },
    };
    const described = (description: string) => ({
      properties: {
        manualPrivateLinkServiceConnections: [
          {
            name: "c",
            properties: { privateLinkServiceConnectionState: { status: "Pending", description } },
          },
        ],
      },
    });
    const made = await azure.arm("PUT", `${landingZoneNetwork}/privateEndpoints/pe-1`, body, "requester");
    expect(made.body).toMatchObject(described("Awaiting Approval"));
    expect(await endpointOf("pe-1")).toMatchObject(described(""));
    expect(await endpointOf("pe-1")).not.toHaveProperty("tags");
  });
});
