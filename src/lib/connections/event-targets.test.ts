import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { mutatedEvents } from "../../../test/mutated-events.ts";
import { runs } from "../../../test/property-runs.ts";
import { readEvent } from "./event-targets.ts";

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
  it("about a proxy selects its service, because a proxy is not named like its connection", () => {
    const targets = readEvent(
      event(
        `${operations}privateEndpointConnectionProxies/write`,
        `${service}/privateEndpointConnectionProxies/pe.1`,
      ),
      scope,
    );
    expect(targets).toMatchObject({ kind: "targets", ids: [{ kind: "service", text: service }] });
  });

  it("about a connection selects that connection", () => {
    const uri = `${service}/privateEndpointConnections/pe.1`;
    expect(readEvent(event(`${operations}privateEndpointConnections/write`, uri), scope)).toMatchObject({
      kind: "targets",
      ids: [{ kind: "connection", text: uri }],
    });
  });

  it("about a deletion selects the service", () => {
    const uri = `${service}/privateEndpointConnections/pe.1`;
    expect(readEvent(event(`${operations}privateEndpointConnections/delete`, uri), scope)).toMatchObject({
      ids: [{ kind: "service" }],
    });
  });

  it("may name its resource with a trailing slash", () => {
    const uri = `${service}/privateEndpointConnections/pe.1`;
    expect(readEvent(event(`${operations}privateEndpointConnections/write`, `${uri}/`), scope)).toMatchObject(
      {
        ids: [{ text: uri }],
      },
    );
  });

  it("may name its resource in its subject, in any case", () => {
    const uri = `${service}/privateEndpointConnectionProxies/pe.1`.toUpperCase();
    const targets = readEvent(
      { subject: uri, data: { operationName: `${operations}PRIVATEENDPOINTCONNECTIONPROXIES/WRITE` } },
      scope,
    );
    expect(targets).toMatchObject({ kind: "targets", ids: [{ text: service }] });
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
    { eventType: "Microsoft.Resources.ResourceWriteSuccess", data: "{}" },
    { eventType: "Microsoft.Resources.ResourceWriteSuccess", data: [{}] },
    { data: { resourceInfo: { type: 7 } } },
  ])("that is %j is malformed", (value: unknown) => {
    expect(readEvent(value, scope)).toEqual({ kind: "malformed" });
  });

  it("larger than Event Grid's megabyte is malformed, wherever it is large", () => {
    const operation = `${operations}privateEndpointConnections/write`;
    const large = "x".repeat(1_100_000);
    expect(readEvent(event(operation, `${service}/privateEndpointConnections/${large}`), scope)).toEqual({
      kind: "malformed",
    });
    expect(readEvent(event(large, service), scope)).toEqual({ kind: "irrelevant" });
  });

  it("that inherits its data is malformed", () => {
    const whole = event(
      `${operations}privateEndpointConnections/write`,
      `${service}/privateEndpointConnections/pe.1`,
    );
    expect(readEvent(whole, scope)).toMatchObject({ kind: "targets" });
    expect(readEvent(Object.create(whole), scope)).toEqual({ kind: "malformed" });
    expect(readEvent({ data: Object.create(whole.data) as unknown }, scope)).toEqual({
      kind: "malformed",
    });
  });

  it.each(["..", "%2e%2e", "a/../..", "a\u0000", ""])("that names a connection %j is malformed", (name) => {
    const uri = `${service}/privateEndpointConnections/${name}`;
    expect(readEvent(event(`${operations}privateEndpointConnections/write`, uri), scope)).toEqual({
      kind: "malformed",
    });
  });

  const proxy = `${service}/privateEndpointConnectionProxies/pe.1`;
  const connection = `${service}/privateEndpointConnections/pe.1`;
  const management = `https://management.azure.com${connection}?api-version=2024-05-01`;
  it.each([
    ["an empty resource URI", { resourceUri: "" }, proxy],
    ["a resource URI that is a URL", { resourceUri: management }, connection],
    ["a resource URI that is not a text", { resourceUri: { id: proxy } }, connection],
    ["a resource URI of the parent resource only", { resourceUri: service }, connection],
    ["no resource URI and no subject", { authorization: { scope: connection } }, undefined],
  ])("with %s selects what its other properties name", (_, data, subject) => {
    for (const collection of ["Proxies", "s"]) {
      const text = (subject ?? connection).replace(/Connection(Proxies|s)/, `Connection${collection}`);
      const operationName = `${operations}privateEndpointConnection${collection}/write`;
      const scoped = subject === undefined ? { authorization: { scope: text } } : { ...data };
      const targets = readEvent({ subject: subject && text, data: { operationName, ...scoped } }, scope);
      expect(targets).toMatchObject({
        kind: "targets",
        ids: [{ text: collection === "s" ? text : service }],
      });
    }
  });

  it("that names two resources selects the first that can be parsed", () => {
    const other = connection.replace("apim-orders", "apim-other");
    const targets = readEvent(
      { subject: other, ...event(`${operations}privateEndpointConnections/write`, connection) },
      scope,
    );
    expect(targets).toMatchObject({ ids: [{ text: connection }] });
  });

  it.each([
    { eventType: "Microsoft.Storage.BlobCreated", subject: "/blob", data: { api: "PutBlob" } },
    { type: "Microsoft.Resources.ResourceWriteSuccess", source: "/subscriptions/x", data: {} },
    {
      eventType: "Microsoft.ResourceNotifications.Resources.Deleted",
      data: { resourceInfo: { type: "Microsoft.Web/sites" } },
    },
  ])("of another type is irrelevant: %j", (value: unknown) => {
    expect(readEvent(value, scope)).toEqual({ kind: "irrelevant" });
  });
});

describe("a notification about an endpoint", () => {
  const foreign = service.replace(subscription, "99999999-9999-4999-8999-999999999999");
  const link = (privateLinkServiceId: unknown) => ({ name: "pe", properties: { privateLinkServiceId } });
  const notification = (properties: unknown, type = "Microsoft.Network/privateEndpoints") => ({
    eventType: "Microsoft.ResourceNotifications.Resources.CreatedOrUpdated",
    subject:
      "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe",
    data: { resourceInfo: { id: service, name: "pe", type, properties } },
  });
  const targetsOf = (properties: unknown) => readEvent(notification(properties), scope);

  it.each(["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"])(
    "selects the service that it names in %s",
    (list) => {
      expect(targetsOf({ [list]: [link(service.toUpperCase()), link(service)] })).toEqual({
        kind: "targets",
        ids: [expect.objectContaining({ kind: "service", text: service })],
      });
    },
  );

  it("is not governed if none of its services is, and selects only the governed ones", () => {
    expect(targetsOf({ privateLinkServiceConnections: [link(foreign)] })).toEqual({ kind: "not-governed" });
    expect(targetsOf({ privateLinkServiceConnections: [link(foreign), link(service)] })).toMatchObject({
      ids: [{ text: service }],
    });
  });

  it.each([
    undefined,
    null,
    {},
    { privateLinkServiceConnections: {} },
    { privateLinkServiceConnections: [null, 1, "x", {}, { properties: null }, link(7)] },
    {
      privateLinkServiceConnections: [link("/subscriptions/x/providers/Microsoft.Storage/storageAccounts/a")],
    },
    { privateLinkServiceConnections: [link(`${service}/../other`), link(`${service}/gateways/default`)] },
  ])("that names no API Management service is irrelevant: %j", (properties) => {
    expect(targetsOf(properties)).toEqual({ kind: "irrelevant" });
  });

  it("selects at most ten services", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => link(`${service}-${index}`));
    const all = targetsOf({ privateLinkServiceConnections: many, manualPrivateLinkServiceConnections: many });
    expect(all.kind === "targets" && all.ids).toHaveLength(10);
  });

  it("about a resource of another type is irrelevant, whatever it names", () => {
    const links = { privateLinkServiceConnections: [link(service)] };
    expect(readEvent(notification(links, "Microsoft.Network/virtualNetworks"), scope)).toEqual({
      kind: "irrelevant",
    });
  });
});

describe("any input", () => {
  const foreign = service.replace(subscription, "99999999-9999-4999-8999-999999999999");
  const texts = [service, foreign].flatMap((each) => [
    each,
    `${each}/privateEndpointConnections/pe.1`,
    `${each}/privateEndpointConnectionProxies/pe.1`,
    `${each}/privateEndpointConnections/../../x`,
    `${each}/privateEndpointConnections/%2e%2e`,
    `https://management.azure.com${each}/privateEndpointConnections/pe.1?a=b`,
    "Microsoft.Network/privateEndpoints",
    `${operations}privateEndpointConnections/write`,
  ]);
  const events = ["Proxies/write", "Proxies/delete", "s/write", "s/delete"].map((each) => {
    const resourceUri = `${service}/privateEndpointConnection${each.split("/")[0]}/pe.1`;
    const data = {
      authorization: { scope: resourceUri },
      ...event(`${operations}privateEndpointConnection${each}`, resourceUri).data,
    };
    return { eventType: "Microsoft.Resources.ResourceWriteSuccess", subject: resourceUri, data };
  });
  const links = [service, foreign].map((id) => ({ properties: { privateLinkServiceId: id } }));
  const notification = {
    type: "Microsoft.ResourceNotifications.Resources.CreatedOrUpdated",
    data: {
      resourceInfo: {
        type: "Microsoft.Network/privateEndpoints",
        properties: { privateLinkServiceConnections: links, manualPrivateLinkServiceConnections: links },
      },
    },
  };

  it("is read without failing, and never selects anything outside the scope", () => {
    const counts: Record<string, number> = {};
    assert(
      property(mutatedEvents([...events, notification], texts), (value) => {
        const targets = readEvent(value, scope);
        counts[targets.kind] = (counts[targets.kind] ?? 0) + 1;
        if (targets.kind !== "targets") return;
        expect(targets.ids.length).toBeGreaterThan(0);
        for (const id of targets.ids)
          expect([service, `${service}/privateEndpointConnections/pe.1`]).toContain(id.text);
      }),
      runs,
    );
    expect(Object.keys(counts).toSorted()).toEqual(["irrelevant", "malformed", "not-governed", "targets"]);
  });
});
