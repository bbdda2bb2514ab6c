import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWorkbench, type Workbench } from "../../../test/workbench.ts";
import { readEvent } from "../connections/event-targets.ts";
import { conforms, operationIn } from "./allowed-requests.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const service = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim`;
const network = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network`;
const asks = (method: string, path: string) =>
  conforms(method, new URL(`https://management.azure.com${path}`));

describe("the list of allowed requests to ARM", () => {
  it.each([
    ["GET", service],
    ["GET", `${service}/privateEndpointConnections`],
    ["GET", `${service}/privateEndpointConnections/pe.1-a_b`],
    ["PUT", `${service}/privateEndpointConnections/pe-1?api-version=2024-05-01`],
    ["GET", `${service}/operationresults/abc==?api-version=1`],
    [
      "GET",
      `/subscriptions/${subscription}/providers/Microsoft.ApiManagement/locations/westeurope/operationsStatuses/a-b`,
    ],
    [
      "GET",
      `/subscriptions/${subscription}/resourceGroups/${encodeURIComponent("Grüße(1)")}/providers/Microsoft.Network/privateEndpoints/pe`,
    ],
    ["GET", `${network}/virtualNetworks/vnet?api-version=1`],
    ["GET", `${network}/publicIPAddresses/pip?api-version=1`],
    ["GET", `/subscriptions/${subscription}?api-version=1`],
    ["GET", `/subscriptions/${subscription}/providers/Microsoft.EventGrid/systemTopics?api-version=1`],
    [
      "GET",
      `/subscriptions/${subscription}/resourceGroups/rg-1/providers/Microsoft.EventGrid/systemTopics/t-1/eventSubscriptions?$top=100`,
    ],
    ["POST", "/providers/Microsoft.ResourceGraph/resources?api-version=1"],
  ])("contains %s %s", (method, path) => {
    expect(asks(method, path)).toBe(true);
  });

  it("does not contain a path that does not begin with a slash", () => {
    expect(conforms("GET", new URL(`https://management.azure.com/subscriptions/${subscription}`))).toBe(true);
    expect(conforms("GET", new URL(`x:y/subscriptions/${subscription}`))).toBe(false);
  });

  it.each([
    ["PUT", service],
    ["PUT", `${network}/privateEndpoints/pe`],
    ["PUT", `${network}/virtualNetworks/vnet`],
    ["PATCH", service],
    ["DELETE", `${service}/privateEndpointConnections/pe-1`],
    ["POST", `${service}/backup`],
    ["GET", `${service}/subscriptions/master/listSecrets`],
    // An approval whose name of two dots was collapsed by the URL parser.
    ["PUT", `${service}/privateEndpointConnections/..`],
    ["PUT", `${service}/privateEndpointConnections/%2e%2e`],
    ["PUT", `${service}/privateEndpointConnections/a%2f..%2fb`],
    ["PUT", `${service}/privateEndpointConnections/a%252fb`],
    ["PUT", `${service}/privateEndpointConnections/a%5cb`],
    ["PUT", `${service}/privateEndpointConnections/a%00`],
    ["PUT", `${service}/privateEndpointConnections/a%E2%80%A4b`],
    ["PUT", `${service}/privateEndpointConnections/${"a".repeat(10_000)}`],
    ["PUT", `${service}/privateEndpointConnections/a%zz`],
    ["PUT", `${service}/privateEndpointConnections//pe`],
    ["PUT", `${service}/privateEndpointConnections/`],
    ["GET", "/subscriptions/not-a-guid/providers/Microsoft.ApiManagement/service"],
    ["GET", `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleAssignments`],
    ["GET", `${service}/operationresults/..`],
    ["GET", `${service}/operationresults/...`],
    ["GET", `${service}/operationresults/a,b`],
    // A letter that becomes k in lower case.
    ["GET", `${service}/operationresults/%E2%84%AA`],
    ["GET", `${network}/virtualNetworks/a,b`],
    ["PUT", `/subscriptions/${subscription}`],
    ["PUT", `/subscriptions/${subscription}/providers/Microsoft.EventGrid/systemTopics`],
    [
      "POST",
      `/subscriptions/${subscription}/resourceGroups/rg-1/providers/Microsoft.EventGrid/systemTopics/t-1/eventSubscriptions`,
    ],
  ])("does not contain %s %s", (method, path) => {
    expect(asks(method, path)).toBe(false);
  });
});

describe("the address of an operation", () => {
  const address = `https://management.azure.com${service}/operationresults/abc==?api-version=1`;

  it("is followed by its path and query, on ARM alone", () => {
    expect(operationIn(address)).toBe(`${service}/operationresults/abc==?api-version=1`);
  });

  it.each([
    undefined,
    "",
    "an operation",
    `${service}/operationresults/abc==`,
    address.replace("management.azure.com", "management.azure.com.evil.example"),
    address.replace("/operationresults/abc==", ""),
    address.replace("operationresults", "privateEndpointConnections"),
  ])("is not %j", (text) => {
    expect(operationIn(text)).toBeUndefined();
  });
});

describe("a hostile answer", () => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await startWorkbench();
  });
  afterEach(() => workbench.stop());

  it.each([
    ["on another host", (elsewhere: string) => elsewhere],
    [
      "on ARM that is none of ours",
      () => `https://management.azure.com${service}/subscriptions/master/listSecrets?api-version=1`,
    ],
  ])("with a polling address %s gets no request and no token", async (_, location) => {
    const calls: string[] = [];
    const server = createServer((request, response) => {
      calls.push(request.headers.authorization ?? "");
      response.end("{}");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}/operation`;
    const id = await workbench.ask();
    const answer = { status: 202, headers: { location: location(elsewhere) } };
    workbench.simulator.faults.add({
      method: "PUT",
      path: "/privateendpointconnections/",
      times: 1,
      does: { kind: "answer", answer },
    });
    const before = workbench.simulator.seen.length;
    expect(await workbench.review(id)).toMatchObject({ verdict: "approve", applied: false });
    server.close();
    expect(calls).toEqual([]);
    expect(
      workbench.simulator.seen.slice(before).filter(({ path }) => /listSecrets|operation$/.test(path)),
    ).toEqual([]);
  });

  it.each(["..", "%2e%2e", "a%2fb", "a\u0000b", "x".repeat(10_000), "pe․1", "a/b", "a\\b", ""])(
    "that names an endpoint %j makes no call about it, and the connection is held",
    async (name) => {
      const id = await workbench.ask();
      const group = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints`;
      Object.assign(workbench.onAzure(id), { endpointId: `${group}/${name}` });
      const before = workbench.simulator.seen.length;
      expect(await workbench.review(id)).toMatchObject({
        verdict: "hold",
        unknown: expect.arrayContaining([{ field: "endpoint.subscriptionId", reason: "no-endpoint" }]),
      });
      const calls = workbench.simulator.seen
        .slice(before)
        .map(({ method, path }) => `${method} ${path.toLowerCase()}`);
      expect(calls.filter((call) => call.includes("/privateendpoints") || call.startsWith("PUT"))).toEqual(
        [],
      );
    },
  );

  it.each(["..", "%2e%2e", "a%2fb", "a\u0000b", "x".repeat(10_000), "pe․1"])(
    "that lists a connection or a service %j makes no call about it",
    async (name) => {
      const real = await workbench.ask();
      const hostile = {
        ...workbench.onAzure(real),
        name,
        id: `${workbench.orders.id}/privateEndpointConnections/${name}`,
      };
      workbench.orders.connections.set("hostile", hostile);
      const other = { ...workbench.orders, name, id: workbench.orders.id.replace("apim-orders", name) };
      workbench.simulator.world.services.set("hostile", other);
      const before = workbench.simulator.seen.length;
      const swept = await workbench.sweep();
      await workbench.follow(swept);
      // A service without connections is read itself, because the inventory does not show whether it lacks them.
      const without = real.service.text.replace("apim-orders", "apim-payments");
      expect(swept.due.map(({ text }) => text)).toEqual([real.service.text, without]);
      // A list with an unreadable member is incomplete, so that verdicts that depend on it are holds.
      expect(await workbench.review(real, "http")).toMatchObject({
        verdict: "hold",
        unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
      });
      const touched = workbench.simulator.seen
        .slice(before)
        .filter(({ path }) => path.includes("/privateEndpointConnections/"));
      expect(touched.length).toBeGreaterThan(0);
      expect(touched.filter(({ path }) => !path.toLowerCase().endsWith(real.connectionName))).toEqual([]);
    },
  );

  it.each(["..", "%2e%2e", "a%2fb", "a\u0000b", "x".repeat(10_000), "pe․1"])(
    "and an event about %j leads to no read",
    (name) => {
      const operation = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
      const event = (uri: string) => ({ data: { operationName: operation, resourceUri: uri } });
      const { scope } = workbench.services;
      for (const uri of [
        `${workbench.orders.id}/privateEndpointConnections/${name}`,
        workbench.orders.id.replace("apim-orders", name),
      ])
        expect(readEvent(event(uri), scope)).toEqual({ kind: "malformed" });
    },
  );

  it.each(["..", "%2e%2e", "a%2fb", "x".repeat(10_000), "snet․1"])(
    "that puts an endpoint into a subnet of a network %j reads no network",
    async (name) => {
      const id = await workbench.ask();
      for (const endpoint of workbench.simulator.world.endpoints.values())
        Object.assign(endpoint, {
          subnetId: `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/${name}/subnets/a`,
        });
      const before = workbench.simulator.seen.length;
      expect(await workbench.review(id)).toMatchObject({ verdict: "hold" });
      expect(
        workbench.simulator.seen.slice(before).filter(({ path }) => /virtualnetworks/i.test(path)),
      ).toEqual([]);
    },
  );
});
