import { describe, expect, it } from "vitest";
import { prepare } from "./env.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { known, type FactValue } from "../values/fact.ts";
import { openCatalogue } from "./open-catalogue.ts";
import { load } from "../load.ts";

const connection = {
  id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim/privateEndpointConnections/pe",
  name: "pe",
  type: "Microsoft.ApiManagement/service/privateEndpointConnections",
  location: "West Europe",
  tags: { Env: "prod", "a.b": "1", "cost center": "7" },
  identity: { type: "SystemAssigned" },
  properties: {
    privateLinkServiceConnectionState: { status: "Pending" },
    groupIds: ["Gateway"],
    list: [{ name: "x" }, {}, { name: "y" }],
  },
};
const network = {
  id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/vnet",
  name: "vnet",
  type: "Microsoft.Network/virtualNetworks",
  sku: { name: "Standard" },
  properties: {
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
    subnets: [
      { name: "a", properties: { addressPrefix: "10.0.0.0/24", delegations: [{ name: "d" }] } },
      { name: "b", properties: { addressPrefix: "10.0.1.0/24", delegations: [] } },
    ],
  },
};

function truth(condition: string, document: FactValue = connection): string {
  const text = `name: t\nparameters: { tagName: { type: String, defaultValue: env }, blank: { type: String, defaultValue: "" } }\nrules: [{ name: r, if: ${condition}, then: { effect: reject } }]`;
  const loaded = load([{ file: "p", text }], openCatalogue());
  if (loaded.kind === "invalid") return loaded.problems.map(({ message }) => message).join();
  const { kind, rule } = evaluate(loaded.compiled, prepare([known(document)], loaded.compiled.layout, 0));
  return kind === "reject" ? "true" : rule === undefined ? "false" : "unknown";
}

describe("the open catalogue takes Azure Policy's names of a resource's document", () => {
  it.each([
    "{ field: type, equals: microsoft.apimanagement/service/privateendpointconnections }",
    "{ field: name, equals: PE }",
    "{ field: fullName, equals: apim/pe }",
    "{ field: id, like: /subscriptions/s/* }",
    "{ field: kind, exists: false }",
    "{ field: location, equals: westeurope }",
    "{ field: location, in: [West Europe] }",
    `{ value: "[field('location')]", equals: westeurope }`,
    "{ field: identity.type, contains: SystemAssigned }",
    "{ field: tags, containsKey: env }",
    "{ field: tags.env, equals: prod }",
    "{ field: tags.a.b, equals: 1 }",
    '{ field: "tags[a.b]", equals: 1 }',
    '{ field: "tags[cost center]", equals: 7 }',
    `{ field: "tags['cost center']", equals: 7 }`,
    `{ field: "[concat('tags[', parameters('tagName'), ']')]", equals: prod }`,
    `{ field: "[concat('tags[', parameters('blank'), ']')]", exists: false }`,
    "{ field: Microsoft.ApiManagement/service/privateEndpointConnections/privateLinkServiceConnectionState.status, equals: pending }",
    '{ field: "microsoft.apimanagement/service/privateendpointconnections/groupIds[*]", equals: Gateway }',
    `{ count: { field: "Microsoft.ApiManagement/service/privateEndpointConnections/list[*]", where: { field: "Microsoft.ApiManagement/service/privateEndpointConnections/list[*].name", equals: x } }, equals: 1 }`,
  ])("%s", (condition) => {
    expect(truth(condition)).toBe("true");
  });

  it.each([
    '{ field: "Microsoft.Network/virtualNetworks/addressSpace.addressPrefixes[*]", equals: 10.0.0.0/16 }',
    '{ field: "Microsoft.Network/virtualNetworks/subnets[*].addressPrefix", like: "10.0.*" }',
    '{ count: { field: "Microsoft.Network/virtualNetworks/subnets[*]", where: { field: "Microsoft.Network/virtualNetworks/subnets[*].delegations[*]", exists: true } }, equals: 1 }',
    "{ field: Microsoft.Network/virtualNetworks/sku.name, equals: standard }",
    "{ field: fullName, equals: vnet }",
  ])("of what stands in properties, beside them, or in the members' own: %s", (condition) => {
    expect(truth(condition, network)).toBe("true");
  });

  it("an alias of another type has no value, as in Azure", () => {
    expect(truth("{ field: Microsoft.Storage/storageAccounts/sku.name, exists: false }", network)).toBe(
      "true",
    );
    expect(truth("{ field: Microsoft.Storage/storageAccounts/a, equals: 1 }", { properties: { a: 1 } })).toBe(
      "true",
    );
  });

  it("field('a[*].b') leaves out members without b", () => {
    expect(truth(`{ value: "[field('properties.list[*].name')]", equals: x }`)).toBe("false");
    expect(truth(`{ value: "[length(field('properties.list[*].name'))]", equals: 2 }`)).toBe("true");
    expect(truth(`{ value: "[join(field('properties.list[*].name'), ',')]", equals: "x,y" }`)).toBe("true");
    expect(truth(`{ value: "[length(field('properties.none[*].name'))]", equals: 0 }`)).toBe("true");
    const inside = `{ count: { field: "properties.list[*]", where: { value: "[empty(field('properties.list[*].name'))]", equals: true } }, equals: 1 }`;
    expect(truth(inside)).toBe("true");
  });

  it.each([
    [`{ value: "[resourceGroup().location]", equals: a }`, "another document"],
    [`{ value: "[subscription().subscriptionId]", equals: a }`, "split(field('id'), '/')[2]"],
    [`{ value: "[requestContext().apiVersion]", equals: a }`, "another document"],
    [`{ field: "a b", equals: 1 }`, "is not a field, an alias or a path"],
    [`{ field: "Microsoft.X/y/", equals: 1 }`, "is not a field, an alias or a path"],
  ])("%s is an error", (condition, message) => {
    expect(truth(condition)).toContain(message);
  });
});
