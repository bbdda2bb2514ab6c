import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { policyFrom } from "../../src/lib/config/load-policy.ts";
import { review } from "../../src/lib/connections/review/review.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Answers as Azure was recorded to give them, or as it may, read by the real clients over the wire. */
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

/** From now on, GETs of what has this in its path are answered with this. */
function replies(path: string, body: unknown, { status = 200, after = 0, times = 1_000 } = {}): void {
  const does = { kind: "answer", answer: { status, body } } as const;
  bench.simulator.faults.add({ method: "GET", path, after, times, does });
}

const orders = () => serviceIdOf(bench.orders.id);
const listPath = "/service/apim-orders/privateendpointconnections";
const ofConnection = ({ text }: ConnectionId) => text.toLowerCase();
const endpoint = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/pe-one`;

/** A recorded service, and one of its connections. */
function service(properties: object = {}, rest: object = {}) {
  return {
    id: bench.orders.id,
    name: "apim-orders",
    type: "Microsoft.ApiManagement/service",
    location: "Australia East",
    sku: { name: "Premium", capacity: 1 },
    tags: {},
    zones: null,
    identity: null,
    etag: "AAAAAAAAAAE=",
    properties: {
      provisioningState: "Succeeded",
      targetProvisioningState: "",
      virtualNetworkType: "None",
      virtualNetworkConfiguration: null,
      additionalLocations: null,
      hostnameConfigurations: [],
      publicIPAddresses: ["203.0.113.9"],
      privateIPAddresses: null,
      natGatewayState: "Unsupported",
      platformVersion: "stv2",
      publicNetworkAccess: "Enabled",
      privateEndpointConnections: null,
      ...properties,
    },
    ...rest,
  };
}

function connection(properties: object = {}, rest: object = {}) {
  return {
    id: `${bench.orders.id}/privateEndpointConnections/pe-one`,
    name: "pe-one",
    type: "Microsoft.ApiManagement/service/privateEndpointConnections",
    properties: {
      privateEndpoint: { id: endpoint },
      privateLinkServiceConnectionState: { status: "Approved", description: "", actionsRequired: null },
      provisioningState: "Succeeded",
      groupIds: ["Gateway"],
      ...properties,
    },
    ...rest,
  };
}

const pending = { privateLinkServiceConnectionState: { status: "Pending", description: "please" } };

/** Reviews under another policy. */
function under(text: string, id: ConnectionId) {
  const policy = policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
  if (policy.kind === "invalid") throw new Error(policy.problems.join("\n"));
  const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
  return review({ ...bench.services, policy: () => Promise.resolve(policy) }, request);
}

describe("a service without connections", () => {
  it("answers null, which its list confirms: it has none", async () => {
    replies(listPath, { value: [] });
    replies("/service/apim-orders", service());
    expect(await bench.services.azure.service(orders())).toMatchObject({
      kind: "known",
      value: {
        connections: { kind: "known", value: [] },
        locations: { kind: "unknown", reason: "not-in-answer" },
      },
    });
  });

  it.each([
    ["null", { value: null }, "not-in-answer"],
    ["nothing", {}, "not-in-answer"],
    ["something else", { value: {} }, "malformed"],
  ])("has connections that are unknown where its list says %s too", async (_, list, reason) => {
    replies(listPath, list);
    replies("/service/apim-orders", service());
    expect(await bench.services.azure.service(orders())).toMatchObject({
      value: { connections: { kind: "unknown", reason } },
    });
  });

  it("is swept and met like any other", async () => {
    replies(listPath, { value: [] });
    replies("/service/apim-orders", service());
    await bench.calm();
    expect(await bench.services.ledger.head(orders())).toMatchObject({ adoptedAt: expect.any(String) });
  });
});

describe("null", () => {
  it.each([
    ["for a connection's groups", { privateEndpointConnections: [{ groupIds: null }] }, {}],
    ["for the network's type", { virtualNetworkType: null }, {}],
    ["for the tier", {}, { sku: { name: null } }],
    ["in a list of connections", { privateEndpointConnections: [null] }, {}],
    ["in a list of regions", { additionalLocations: [null] }, {}],
    ["in a list of zones", {}, { zones: [null] }],
    ["for every property", null, {}],
  ])("%s is read without throwing, and by those who ask for addresses", async (_, properties, rest) => {
    const body = properties === null ? service({}, { properties: null }) : service(properties, rest);
    replies(listPath, { value: [] });
    replies("/service/apim-orders", body);
    expect(await bench.services.azure.service(orders())).toMatchObject({ kind: "known" });
    expect((await bench.addresses.azure.service(orders())).kind).toBeDefined();
  });

  it("for a status is no state", async () => {
    const id = await bench.ask();
    const body = connection({ privateLinkServiceConnectionState: { status: null } }, { id: id.text });
    replies(ofConnection(id), body);
    expect(await bench.services.azure.connection(id)).toEqual({ kind: "unknown", reason: "not-in-answer" });
  });

  it("in a list of subscriptions' services leaves the others to be looked at", async () => {
    replies("/providers/microsoft.apimanagement/service", { value: [null, service()], nextLink: null });
    expect(await bench.services.azure.services(subscriptions.platform)).toMatchObject({
      value: [{ id: { text: bench.orders.id } }],
    });
  });
});

const onePlace = `name: one place
limits:
  - { name: one, max: 1 }
rules:
  - name: own subscriptions
    if: { field: endpoint.subscriptionId, in: [${subscriptions.landingZone}] }
    then: { effect: approve }
default: hold`;

/** The service lists what is reviewed, and one more like this. */
function listsBeside(id: ConnectionId, other: object | null): void {
  const own = connection(pending, { id: id.text });
  // The review's reads of the connection itself come from the world.
  replies(ofConnection(id), { ...own, properties: { ...own.properties, privateEndpoint: ownEndpoint(id) } });
  replies("/service/apim-orders", service({ privateEndpointConnections: [own, other] }));
}
const ownEndpoint = (id: ConnectionId) => ({ id: bench.onAzure(id).endpointId });

describe("a list with a connection that cannot be read", () => {
  it.each<readonly [string, () => object | null]>([
    ["has no state", () => connection({ privateLinkServiceConnectionState: null })],
    ["has an empty state", () => connection({ privateLinkServiceConnectionState: { status: "" } })],
    ["has no id", () => connection({}, { id: undefined })],
    ["has an id with a trailing slash", () => connection({}, { id: `${connection().id}/` })],
    ["has an id of another service", () => connection({}, { id: connection().id.replace("orders", "x") })],
    ["is null", () => null],
    [
      "has a state that nobody knows",
      () => connection({ privateLinkServiceConnectionState: { status: "Odd" } }),
    ],
  ])("%s is not whole: a limit over it holds", async (_, other) => {
    const id = await bench.ask();
    listsBeside(id, other());
    const result = await under(onePlace, id);
    expect(result).toMatchObject({ verdict: "hold", applied: false });
    expect(result.unknown.map(({ field }) => field)).toEqual(["counts.approved"]);
    expect(bench.puts()).toBe(0);
  });

  it("that lacks the connection itself is not whole either", async () => {
    const id = await bench.ask();
    replies("/service/apim-orders", service({ privateEndpointConnections: [connection()] }), { after: 1 });
    expect(await under(onePlace.replace("max: 1", "max: 9"), id)).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
    });
  });

  it("that lacks one that was Approved is not whole, and the hold names it", async () => {
    const approved = await bench.ask();
    expect(await bench.review(approved)).toMatchObject({ applied: true });
    const id = await bench.ask();
    listsBeside(id, connection(pending));
    const result = await under(onePlace.replace("max: 1", "max: 9"), id);
    expect(result).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
    });
    expect(result.reasons.join("; ")).toContain(`lacks ${approved.connectionName}, which was Approved`);
  });

  it("that is whole is counted", async () => {
    const id = await bench.ask();
    listsBeside(id, connection(pending));
    expect(await under(onePlace, id)).toMatchObject({ verdict: "approve", applied: false });
  });
});

describe("an Approved connection whose endpoint is not told", () => {
  const each = onePlace.replace("name: one, max: 1", "name: one each, per: endpoint.subscriptionId, max: 1");

  it.each([
    ["is empty", {}],
    ["is null", null],
    ["has no id", { id: null }],
    ["has an id that is none", { id: `${endpoint}/` }],
  ])(
    "since it %s may be the requester's: a limit for each subscription holds",
    async (_, privateEndpoint) => {
      const id = await bench.ask();
      listsBeside(id, connection({ privateEndpoint }));
      expect(await under(each, id)).toMatchObject({
        verdict: "hold",
        unknown: [{ field: "counts.fromSubscription", reason: "no-endpoint" }],
      });
    },
  );
});

const arm = (code: string) => ({ error: { code, message: "could not be found." } });

describe("a 404", () => {
  const hour = 60 * 60_000;

  it.each([
    ["about the subscription", arm("SubscriptionNotFound")],
    ["about the type", arm("InvalidResourceType")],
    ["of a gateway's", "<html><body>404 Not Found</body></html>"],
    ["with JSON of another form", { code: "ResourceNotFound" }],
  ])("%s says of nothing that it is gone, and our approvals stay ours", async (_, body) => {
    const id = await bench.ask();
    await bench.review(id);
    expect(bench.onAzure(id).status).toBe("Approved");
    await bench.check();
    const before = bench.alerts.length;
    replies(`/subscriptions/${subscriptions.platform}/`, body, { status: 404 });
    for (const { id: shown } of bench.simulator.world.services.values()) bench.simulator.graph.hide(shown);
    for (let looks = 0; looks < 2; looks++) {
      bench.pass(hour);
      expect(await bench.review(id)).toMatchObject({ applied: false });
    }
    await bench.follow(await bench.sweep());
    await bench.check();
    expect((await bench.services.ledger.find(id))?.phase).not.toBe("Gone");
    bench.simulator.faults.clear();
    bench.simulator.graph.clear();
    bench.pass(hour);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    const told = bench.alerts.slice(before).map(({ type }) => type);
    expect(told.filter((type) => /Gone|Adopted|Bypass|Overridden/.test(type))).toEqual([]);
  });

  it.each(["ResourceNotFound", "ResourceGroupNotFound"])("%s says that it is gone", async (code) => {
    const id = await bench.ask();
    await bench.review(id);
    replies(ofConnection(id), arm(code), { status: 404 });
    for (let looks = 0; looks < 3; looks++) {
      bench.pass(hour);
      await bench.review(id);
    }
    expect((await bench.services.ledger.find(id))?.phase).toBe("Gone");
  });
});

describe("an endpoint whose address stands on its interface alone", () => {
  const plan = `name: addresses
rules:
  - name: outside the plan
    if:
      count: { field: "endpoint.privateAddresses[*]", where: { value: "[ipRangeContains('10.0.0.0/8', current())]", equals: true } }
      equals: 0
    then: { effect: reject, reason: no address in our plan }
  - name: landing zones
    if: { field: endpoint.subscriptionId, in: [${subscriptions.landingZone}] }
    then: { effect: approve }
default: hold`;

  const answer = (id: string, lists: object) => ({
    id,
    location: "westeurope",
    etag: 'W/"1"',
    tags: {},
    properties: {
      provisioningState: "Updating",
      subnet: { id: id.replace(/privateEndpoints.*/, "virtualNetworks/vnet-app/subnets/snet-endpoints") },
      privateLinkServiceConnections: [],
      manualPrivateLinkServiceConnections: [{ properties: { privateLinkServiceId: bench.orders.id } }],
      networkInterfaces: [{ id: id.replace("privateEndpoints", "networkInterfaces") }],
      ...lists,
    },
  });

  it.each([
    ["are empty", { customDnsConfigs: [], ipConfigurations: [] }, "not-in-answer"],
    ["are missing", {}, "not-in-answer"],
    ["are null", { customDnsConfigs: null, ipConfigurations: null }, "not-in-answer"],
    [
      "name a host without an address",
      { customDnsConfigs: [{ fqdn: "a", ipAddresses: [] }], ipConfigurations: [] },
      "incomplete-list",
    ],
  ])("has addresses that are unknown where the lists of them %s", async (_, lists, reason) => {
    const id = await bench.ask();
    replies("/privateendpoints/", answer(bench.onAzure(id).endpointId, lists));
    expect(await under(plan, id)).toMatchObject({
      applied: false,
      verdict: "hold",
      unknown: [{ field: "endpoint.privateAddresses[*]", reason }],
    });
    expect(bench.onAzure(id).status).toBe("Pending");
  });

  it("has those that are listed", async () => {
    const id = await bench.ask();
    const ipConfigurations = [{ properties: { privateIPAddress: "10.1.2.3" } }];
    replies(
      "/privateendpoints/",
      answer(bench.onAzure(id).endpointId, { customDnsConfigs: [], ipConfigurations }),
    );
    expect(await under(plan, id)).toMatchObject({ applied: true, verdict: "approve" });
  });
});

describe("a state in another spelling", () => {
  const spelled = (id: ConnectionId, status: string) => {
    Object.assign(bench.onAzure(id), { status });
  };

  it.each(["pending", "PENDING"])("%s is Pending: it is reviewed, and counts as that", async (status) => {
    const id = await bench.ask();
    spelled(id, status);
    await bench.follow(await bench.sweep());
    expect(bench.onAzure(id).status).toBe("Approved");
  });

  it("approved is Approved: it takes a place", async () => {
    const [taken, id] = [await bench.ask(), await bench.ask()];
    spelled(taken, "approved");
    expect(await under(onePlace, id)).toMatchObject({ verdict: "hold", unknown: [] });
  });

  it("approved without us is judged", async () => {
    await bench.calm();
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    spelled(id, "approved");
    await bench.review(id);
    expect(bench.alerts.map(({ type }) => type)).toContain("Drawbridge.ConnectionBypass");
  });

  it("approved by us is no override", async () => {
    const id = await bench.ask();
    await bench.review(id);
    spelled(id, "APPROVED");
    bench.pass(60_000);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
  });
});

describe("Resource Graph's refusal", () => {
  it("without a Retry-After is waited for until its quota begins anew", async () => {
    const id = await bench.ask();
    const answer = {
      status: 429,
      body: arm("RateLimiting"),
      headers: { "x-ms-user-quota-resets-after": "00:00:05" },
    };
    bench.simulator.faults.add({ method: "POST", path: "resourcegraph", does: { kind: "answer", answer } });
    const asked = () => bench.simulator.seen.filter(({ path }) => path.includes("ResourceGraph")).length;
    expect(await bench.services.azure.inventory("all")).toEqual({ kind: "unknown", reason: "throttled" });
    expect(await bench.services.azure.inventory("all")).toEqual({ kind: "unknown", reason: "throttled" });
    expect(asked()).toBe(1);
    expect(await bench.services.azure.connection(id)).toMatchObject({ kind: "known" });
  });
});
