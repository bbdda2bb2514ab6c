import { describe, expect, it } from "vitest";
import { readEvent } from "./event.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const service = `/subscriptions/${subscription}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders`;
const scope = {
  subscriptions: [subscription],
  resourceGroups: [],
  ids: [],
  managementGroups: [],
  tags: [],
  exclude: [],
};
const operations = "Microsoft.ApiManagement/service/";

const event = (operationName: string, resourceUri: string) => ({ data: { operationName, resourceUri } });

describe("an event", () => {
  it("about a proxy means its service, since the connection's name cannot be told from it", () => {
    const told = readEvent(
      event(
        `${operations}privateEndpointConnectionProxies/write`,
        `${service}/privateEndpointConnectionProxies/pe.1`,
      ),
      scope,
    );
    expect(told).toMatchObject({ kind: "look", id: { kind: "service", text: service } });
  });

  it("about a connection means that connection", () => {
    const uri = `${service}/privateEndpointConnections/pe.1`;
    expect(readEvent(event(`${operations}privateEndpointConnections/write`, uri), scope)).toMatchObject({
      kind: "look",
      id: { kind: "connection", text: uri },
    });
  });

  it("about a deletion means the service", () => {
    const uri = `${service}/privateEndpointConnections/pe.1`;
    expect(readEvent(event(`${operations}privateEndpointConnections/delete`, uri), scope)).toMatchObject({
      id: { kind: "service" },
    });
  });

  it("may name its resource in its subject, and spell it in any case", () => {
    const uri = `${service}/privateEndpointConnectionProxies/pe.1`.toUpperCase();
    const told = readEvent(
      { subject: uri, data: { operationName: `${operations}PRIVATEENDPOINTCONNECTIONPROXIES/WRITE` } },
      scope,
    );
    expect(told).toMatchObject({ kind: "look", id: { text: service } });
  });

  it.each([
    ["Microsoft.Network/privateEndpoints/write", "/subscriptions/x"],
    [`${operations}privateEndpointConnectionProxies/validate/action`, service],
    [`${operations}write`, service],
    ["", ""],
  ])("about %s is irrelevant", (operation, uri) => {
    expect(readEvent(event(operation, uri), scope)).toEqual({ kind: "irrelevant" });
  });

  it("about another subscription is not governed", () => {
    const uri = `${service.replace(subscription, "99999999-9999-4999-8999-999999999999")}/privateEndpointConnections/pe.1`;
    expect(readEvent(event(`${operations}privateEndpointConnections/write`, uri), scope)).toEqual({
      kind: "not-governed",
    });
  });

  it.each([
    null,
    undefined,
    1,
    "x",
    [],
    {},
    { data: null },
    { data: { operationName: 1, resourceUri: {} } },
    JSON.parse('{"__proto__":{"data":{}}}'),
  ])("that is %j is malformed", (value: unknown) => {
    expect(readEvent(value, scope)).toEqual({ kind: "malformed" });
  });

  it.each(["..", "%2e%2e", "a/../..", "a\u0000", ""])("that names a connection %j is malformed", (name) => {
    const uri = `${service}/privateEndpointConnections/${name}`;
    expect(readEvent(event(`${operations}privateEndpointConnections/write`, uri), scope)).toEqual({
      kind: "malformed",
    });
  });
});
