import { describe, expect, it } from "vitest";
import { foldName } from "../fold-name.ts";
import { servicePartition } from "../state/keys.ts";
import {
  parseApplicationSecurityGroupId,
  parseConnectionId,
  parseEndpointId,
  parsePublicIpId,
  parseServiceId,
  parseSubnetId,
  parseVirtualNetworkId,
} from "./resource-id.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const service = `/subscriptions/${subscription}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders`;
const connection = `${service}/privateEndpointConnections/pe-app.5f7c2d1a-0000-4000-8000-000000000000`;

describe("an id", () => {
  it("is the same in any case in which Azure writes it", () => {
    const spellings = [
      connection,
      connection.toUpperCase(),
      connection.toLowerCase(),
      connection.replace("resourceGroups", "resourcegroups"),
    ];
    expect(new Set(spellings.map((text) => parseConnectionId(text)?.text)).size).toBe(1);
  });

  it.each([["rg-İ"], ["RG-ÜBUNG"], ["rg-\u212A"], ["rg-ǅ"]])(
    "accepts any letters in the name of a resource group: %s",
    (group) => {
      const text = connection.replace("rg-apim", group);
      const id = parseConnectionId(text);
      expect(id).toMatchObject({ service: { resourceGroup: foldName(group) } });
      expect(parseConnectionId(id?.text ?? "")).toEqual(id);
      expect(parseServiceId(service.replace("rg-apim", group))).toEqual(id?.service);
    },
  );

  it("of a resource group with a look-alike name is a different id", () => {
    const [one, other] = ["rg-k", "rg-\u212A"].map((group) =>
      parseServiceId(service.replace("rg-apim", group)),
    );
    expect(one?.text).not.toBe(other?.text);
    expect(one !== undefined && other !== undefined && servicePartition(one)).not.toBe(
      other !== undefined && servicePartition(other),
    );
  });

  it("has its segments", () => {
    expect(parseConnectionId(connection)).toMatchObject({
      connectionName: "pe-app.5f7c2d1a-0000-4000-8000-000000000000",
      service: {
        subscriptionId: subscription,
        resourceGroup: "rg-apim",
        serviceName: "apim-orders",
        text: service,
      },
    });
  });

  it("parses from its own text", () => {
    const id = parseConnectionId(connection.toUpperCase());
    expect(parseConnectionId(id?.text ?? "")).toEqual(id);
  });

  it.each([
    ["", "nothing"],
    [`${service}/privateEndpointConnections/..`, "a name that climbs"],
    [`${service}/privateEndpointConnections/.`, "a name that stays"],
    [`${service}/privateEndpointConnections/a..`, "a name that ends in dots"],
    [`${service}/privateEndpointConnections/`, "an empty name"],
    [`${service}/privateEndpointConnections/a/b`, "one segment too many"],
    [`${service}/privateEndpointConnections/%2e%2e`, "an encoded name"],
    [`${service}/privateEndpointConnections/a%2fb`, "an encoded slash"],
    [`${service}/privateEndpointConnections/a%252fb`, "a doubly encoded slash"],
    [`${service}/privateEndpointConnections/a\\b`, "a backslash"],
    [`${service}/privateEndpointConnections/a\u0000`, "a NUL"],
    [`${service}/privateEndpointConnections/\u2024\u2024`, "dots that only look like dots"],
    [`${service}/privateEndpointConnections/\uff0e\uff0e`, "wide dots"],
    [`${service}/privateEndpointConnections/a?b`, "a query"],
    [`${service}/privateEndpointConnections/a#b`, "a fragment"],
    [`${service}/privateEndpointConnections/${"a".repeat(10_240)}`, "10 kB of name"],
    [`${service}//privateEndpointConnections/a`, "a doubled slash"],
    [`${service}/../service/other/privateEndpointConnections/a`, "a detour"],
    [connection.replace(subscription, "not-a-uuid"), "a subscription that is no UUID"],
    [connection.replace("Microsoft.ApiManagement", "Microsoft.Storage"), "another provider"],
    [connection.replace("rg-apim", "rg%20apim"), "an encoded resource group"],
    [connection.slice(1), "no leading slash"],
    [`https://management.azure.com${connection}`, "a URL"],
  ])("is not %j: %s", (text) => {
    expect(parseConnectionId(text)).toBeUndefined();
  });

  it("of a service is not one of a connection, and vice versa", () => {
    expect(parseConnectionId(service)).toBeUndefined();
    expect(parseServiceId(connection)).toBeUndefined();
  });

  it("of an endpoint or a subnet has the segments that policies use", () => {
    const group = `/subscriptions/${subscription}/resourceGroups/RG`;
    expect(parseEndpointId(`${group}/providers/Microsoft.Network/privateEndpoints/PE_1.a`)).toMatchObject({
      subscriptionId: subscription,
      resourceGroup: "rg",
      endpointName: "pe_1.a",
    });
    const network = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet`;
    expect(
      parseSubnetId(`${group}/providers/Microsoft.Network/virtualNetworks/VNet/subnets/Snet`),
    ).toMatchObject({
      resourceGroup: "rg",
      virtualNetworkName: "vnet",
      subnetName: "snet",
      virtualNetworkId: network,
      text: `${network}/subnets/snet`,
    });
  });

  it.each(["..", ".", "a..", "-a", "a%2eb", "a b", "a\u0000", "", "x".repeat(200), "a․b"])(
    "of a subnet refuses the name %j",
    (name) => {
      const group = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network`;
      expect(parseSubnetId(`${group}/virtualNetworks/${name}/subnets/a`)).toBeUndefined();
      expect(parseSubnetId(`${group}/virtualNetworks/a/subnets/${name}`)).toBeUndefined();
    },
  );

  it.each([
    ["endpoint", parseEndpointId, "privateEndpoints/pe"],
    ["subnet", parseSubnetId, "virtualNetworks/vnet/subnets/snet"],
    ["public IP resource", parsePublicIpId, "publicIPAddresses/pip"],
  ])("of a valid %s is in a subscription and a resource group with valid names", (_, parse, rest) => {
    const inGroup = (id: string, group: string) =>
      parse(`/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Network/${rest}`);
    expect(inGroup(subscription, "rg")).toBeDefined();
    expect(inGroup("not-a-guid", "rg")).toBeUndefined();
    expect(inGroup(subscription, "a..")).toBeUndefined();
  });

  it("of another resource is not one of a subnet", () => {
    expect(parseSubnetId(`/subscriptions/${subscription}/resourceGroups/rg`)).toBeUndefined();
  });

  it.each([
    ["applicationSecurityGroups", parseApplicationSecurityGroupId],
    ["virtualNetworks", parseVirtualNetworkId],
    ["publicIPAddresses", parsePublicIpId],
  ])("of a network's resource is compared by its text: %s", (type, parse) => {
    const network =
      "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Network";
    const id = parse(`${network}/${type}/one`);
    expect(id?.text).toBe(parse(`${network.toUpperCase()}/${type.toLowerCase()}/ONE`)?.text);
    expect(id?.text).not.toBe(parse(`${network}/${type}/two`)?.text);
    expect(id?.text).toMatch(/\/one$/);
    expect(parse(`${network}/subnets/one`)).toBeUndefined();
  });
});
