import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { factsOf } from "../../src/lib/connections/facts/facts.ts";
import type { Reservation } from "../../src/lib/connections/ledger.ts";
import { readSnapshot } from "../../src/lib/connections/facts/read-snapshot.ts";
import type { UnknownReason } from "../../src/lib/policy/values/fact.ts";
import { printFacts } from "../../src/lib/policy/evaluate/fact-sheet.ts";
import {
  connectionCatalogue,
  fields,
  type FieldName,
  type Source,
} from "../../src/lib/policy/language/fields.ts";
import { known, unknown } from "../../src/lib/policy/values/fact.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { verdictOf } from "../policy/policy-makers.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Every field of a policy, read by the real clients from the simulated Azure: known, and unknown. */
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
  Object.assign(bench.orders.properties, { additionalLocations: [] });
});
afterEach(() => bench.stop());

async function sheet(request: Parameters<Workbench["ask"]>[0] = {}) {
  return sheetOf(await bench.ask(request));
}

/** While it is Pending Azure says neither of an endpoint (recorded): its address stands on its interface. */
const unsaid = ["endpoint.applicationSecurityGroups", "endpoint.privateAddresses"];
const notSaid = Object.fromEntries(unsaid.map((name) => [name, "not-in-answer"]));

async function sheetOf(id: ConnectionId, promised: readonly Reservation[] = []) {
  const read = await bench.services.azure.connection(id);
  if (read.kind === "unknown") throw new Error(`the connection is unknown: ${read.reason}`);
  const facts = factsOf(await readSnapshot(bench.services, read.value, promised));
  return { ...printFacts(facts, connectionCatalogue), id };
}

const landingZone = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network`;
const orders = `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders`;

describe("facts that are known", () => {
  it("come from where Azure has them, every field", async () => {
    const {
      known: found,
      unknown: missing,
      id,
    } = await sheet({
      name: "pe-1",
      message: "please",
      tags: { Owner: "me" },
    });
    expect(missing).toEqual(notSaid);
    expect(found).toEqual({
      "connection.id": id.text,
      "connection.name": id.connectionName,
      "connection.state": "Pending",
      "connection.provisioningState": "Succeeded",
      "connection.groupId": "Gateway",
      "connection.message": "please",
      "endpoint.id": `${landingZone}/privateEndpoints/pe-1`,
      "endpoint.subscriptionId": subscriptions.landingZone,
      "endpoint.resourceGroup": "rg-app",
      "endpoint.name": "pe-1",
      "endpoint.location": "westeurope",
      "endpoint.tags": { Owner: "me" },
      "endpoint.subnet.id": `${landingZone}/virtualNetworks/vnet-app/subnets/snet-endpoints`.toLowerCase(),
      "endpoint.subnet.name": "snet-endpoints",
      "endpoint.subnet.addressPrefixes": ["10.20.0.0/20"],
      "endpoint.virtualNetwork.id": `${landingZone}/virtualNetworks/vnet-app`,
      "endpoint.virtualNetwork.name": "vnet-app",
      "endpoint.virtualNetwork.addressPrefixes": ["10.20.0.0/16"],
      "endpoint.virtualNetwork.tags": { costCenter: "4711" },
      "endpoint.manual": true,
      "requester.tenant": "ours",
      "requester.subscriptionName": "sub-landingZone",
      "requester.managementGroups": ["corp", "landingzones", "contoso"],
      "requester.subscriptionTags": {},
      "service.id": orders,
      "service.subscriptionId": subscriptions.platform,
      "service.resourceGroup": "rg-apim",
      "service.name": "apim-orders",
      "service.location": "westeurope",
      "service.sku": "Premium",
      "service.virtualNetworkType": "None",
      "service.publicNetworkAccess": "Disabled",
      "service.platformVersion": "stv2",
      "service.tags": { owner: "api-platform" },
      "service.locations": ["westeurope"],
      "counts.approved": 0,
      "counts.pending": 1,
      "counts.fromSubscription": 0,
      "counts.fromVirtualNetwork": 0,
      "counts.fromManagementGroup": { corp: 0, landingzones: 0, contoso: 0 },
      "counts.fromSubscriptionTag": {},
      "counts.headroom": 99,
      "time.now": "2026-11-24T08:00:00.000Z",
    });
  });

  it("have an endpoint's address once it is approved, and its application security groups where it names them", async () => {
    const id = await bench.ask();
    bench.onAzure(id).status = "Approved";
    expect((await sheetOf(id)).known).toMatchObject({ "endpoint.privateAddresses": ["10.20.0.4"] });
    const { endpointId } = bench.onAzure(id);
    const group = `${landingZone}/applicationSecurityGroups/asg-web`;
    const body = { id: endpointId, properties: { applicationSecurityGroups: [{ id: group }] } };
    const does = { kind: "answer", answer: { status: 200, body } } as const;
    bench.simulator.faults.add({ method: "GET", path: "/privateendpoints/", times: 1, does });
    const { known: found } = await sheetOf(id);
    expect(found["endpoint.applicationSecurityGroups"]).toEqual([group.toLowerCase()]);
  });

  it("count the approved connections by the requester's subscription and management groups", async () => {
    const first = await bench.ask({ name: "pe-first" });
    bench.onAzure(first).status = "Approved";
    const { known: found } = await sheet({ name: "pe-second" });
    expect(found).toMatchObject({
      "counts.approved": 1,
      "counts.fromSubscription": 1,
      "counts.fromManagementGroup": { corp: 1, landingzones: 1, contoso: 1 },
    });
  });

  it("have every range of a subnet that has several", async () => {
    const { known: found } = await sheet({ subnet: "snet-legacy" });
    expect(found["endpoint.subnet.addressPrefixes"]).toEqual(["10.20.16.0/24", "192.168.0.0/24"]);
  });
});

describe("counts", () => {
  it("have in them what was promised and Azure does not show yet, each once, and not the connection itself", async () => {
    const [own, shown, pending] = [await bench.ask(), await bench.ask(), await bench.ask()];
    await bench.review(shown);
    const promises = [own, shown, pending].map((id) => ({
      id: id.text,
      endpointId: bench.onAzure(id).endpointId,
    }));
    const elsewhere = {
      id: `${own.text}x`,
      endpointId: promises[0]?.endpointId.replace(/2222/, "3333") ?? "",
    };
    const { known: found } = await sheetOf(own, [...promises, elsewhere]);
    expect(found).toMatchObject({ "counts.approved": 3, "counts.fromSubscription": 2, "counts.pending": 2 });
  });
});

describe("a list that is newer than the read of the connection", () => {
  it("does not make it take its own place", async () => {
    const id = await bench.ask();
    const read = await bench.services.azure.connection(id);
    if (read.kind === "unknown") throw new Error(read.reason);
    bench.onAzure(id).status = "Approved";
    const facts = factsOf(await readSnapshot(bench.services, read.value, []));
    expect(printFacts(facts, connectionCatalogue).known).toMatchObject({
      "counts.approved": 0,
      "counts.fromSubscription": 0,
    });
  });
});

/** What stands in ids, in how ARM answers, in the requester's subscription, and the time: no property has to tell it. */
const toldOtherwise: readonly FieldName[] = [
  ...(["connection.id", "connection.name", "connection.state", "time.now"] as const),
  ...(["endpoint.id", "endpoint.subscriptionId", "endpoint.resourceGroup", "endpoint.name"] as const),
  ...(["endpoint.subnet.id", "endpoint.subnet.name"] as const),
  ...(["endpoint.virtualNetwork.id", "endpoint.virtualNetwork.name"] as const),
  ...(["requester.tenant", "requester.subscriptionName", "requester.managementGroups"] as const),
  "requester.subscriptionTags",
  ...(["service.id", "service.subscriptionId", "service.resourceGroup", "service.name"] as const),
];

describe("what an answer does not tell", () => {
  const replies = (path: string, body: unknown, after = 0) => {
    const does = { kind: "answer", answer: { status: 200, body } } as const;
    bench.simulator.faults.add({ method: "GET", path, after, times: 10, does });
  };

  /** Every answer with what it may not lack, and each optional property like this. */
  async function bare(optional: (names: readonly string[]) => object) {
    const id = await bench.ask();
    const { endpointId } = bench.onAzure(id);
    const network = endpointId.replace(/privateEndpoints.*/, "virtualNetworks/vnet-app");
    const subnet = { id: `${network}/subnets/snet-endpoints` };
    replies(id.text.toLowerCase(), {
      id: id.text,
      properties: {
        ...optional(["provisioningState", "groupIds"]),
        privateEndpoint: { id: endpointId },
        privateLinkServiceConnectionState: { status: "Pending", ...optional(["description"]) },
      },
    });
    replies("/virtualnetworks/", {
      id: network,
      ...optional(["tags"]),
      properties: {
        ...optional(["addressSpace"]),
        subnets: [{ ...subnet, properties: optional(["addressPrefix", "addressPrefixes"]) }],
      },
    });
    const lists = ["customDnsConfigs", "ipConfigurations", "applicationSecurityGroups"];
    const links = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
    const unlocated = { id: endpointId, ...optional(["location", "tags"]) };
    replies("/privateendpoints/", {
      ...unlocated,
      properties: { subnet, ...optional([...lists, ...links]) },
    });
    const told = [
      "virtualNetworkType",
      "publicNetworkAccess",
      "platformVersion",
      "additionalLocations",
      "privateEndpointConnections",
    ];
    replies("/privateendpointconnections", optional(["value"]));
    replies("/service/apim-orders", {
      id: bench.orders.id,
      ...optional(["location", "tags", "sku"]),
      properties: optional(told),
    });
    return sheetOf(id);
  }

  const named = (value: unknown) => (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, value]));

  it.each([
    ["is absent", () => ({}), "not-in-answer"],
    ["is null", named(null), "not-in-answer"],
    ["is of another type", named(7), "malformed"],
  ] as const)("where it %s, is unknown and never none", async (_, optional, reason) => {
    const { known: found, unknown: missing } = await bare(optional);
    expect(Object.keys(found).toSorted()).toEqual(toldOtherwise.toSorted());
    expect(Object.keys(missing).toSorted()).toEqual(
      fields
        .map(({ name }) => name)
        .filter((name) => !toldOtherwise.includes(name))
        .toSorted(),
    );
    // A message that is no text is none that was told.
    expect(missing["connection.message"]).toBe("not-in-answer");
    expect(new Set(Object.values({ ...missing, "connection.message": reason }))).toEqual(new Set([reason]));
  });

  it("is not the regions of a service that has one, of which Azure writes null", async () => {
    Object.assign(bench.orders.properties, { additionalLocations: null });
    const { known: found, unknown: missing } = await sheet();
    expect(missing).toEqual({ ...notSaid, "service.locations": "not-in-answer" });
    expect(found["service.location"]).toBe("westeurope");
  });
});

/** What depends on which read; `counts` rest on the service, and those by management group on Resource Graph as well. */
const failing: readonly (readonly [string, string, readonly (Source | FieldName)[]])[] = [
  ["the endpoint", "/privateendpoints/", ["endpoint", "network"]],
  ["its virtual network", "/virtualnetworks/", ["network"]],
  [
    "Resource Graph",
    "/microsoft.resourcegraph/",
    [
      "requester.subscriptionName",
      "requester.managementGroups",
      "requester.subscriptionTags",
      "counts.fromManagementGroup",
      "counts.fromSubscriptionTag",
    ],
  ],
];

const answers: readonly (readonly [UnknownReason, { status: number; body: unknown }])[] = [
  ["forbidden", { status: 403, body: { error: { code: "AuthorizationFailed" } } }],
  ["foreign-tenant", { status: 401, body: { error: { code: "InvalidAuthenticationTokenTenant" } } }],
  ["not-found", { status: 404, body: { error: { code: "ResourceNotFound" } } }],
  ["throttled", { status: 429, body: { error: { code: "TooManyRequests" } } }],
  ["failed", { status: 500, body: { error: { code: "InternalServerError" } } }],
  ["empty-answer", { status: 200, body: {} }],
  // Some of Azure's own clients stumble over the body of an error before they tell of it.
  ["failed", { status: 502, body: "<html>Bad Gateway</html>" }],
  ["failed", { status: 403, body: {} }],
  ["not-visible", { status: 404, body: { error: { code: "SubscriptionNotFound" } } }],
  ["failed", { status: 404, body: "<html>Not Found</html>" }],
];

/** Counted over the service's connections, by what is read elsewhere. */
const byRequester: readonly FieldName[] = [
  "counts.fromVirtualNetwork",
  "counts.fromManagementGroup",
  "counts.fromSubscriptionTag",
];

describe("where the service cannot be read", () => {
  it.each(answers)(
    "(%s %j), what rests on it is unknown, with that reason, and nothing else is",
    async (reason, answer) => {
      // The connection's own read, which has the service's id in it, comes first.
      bench.simulator.faults.add({
        method: "GET",
        path: "/service/apim-orders",
        after: 1,
        times: 100,
        does: { kind: "answer", answer },
      });
      const { unknown: missing } = await sheet();
      const fromId = ["service.id", "service.subscriptionId", "service.resourceGroup", "service.name"];
      const expected = fields
        .filter(({ name, source }) => source === "service" || byRequester.includes(name))
        .map(({ name }) => name)
        .filter((name) => !fromId.includes(name));
      expect(missing).toEqual({ ...notSaid, ...Object.fromEntries(expected.map((name) => [name, reason])) });
    },
  );
});

describe.each(failing)("where %s cannot be read", (_, path, dependent) => {
  it.each(answers)(
    "(%s %j), what rests on it is unknown, with that reason, and nothing else is",
    async (reason, answer) => {
      bench.simulator.faults.add({
        method: path.includes("graph") ? "POST" : "GET",
        path,
        times: 100,
        does: { kind: "answer", answer },
      });
      const { unknown: missing } = await sheet();
      const expected = fields
        .filter(({ name, source }) => dependent.includes(source) || dependent.includes(name))
        .map(({ name }) => name);
      const others = Object.keys(missing).filter((name) => !expected.includes(name as FieldName));
      // The tenant is told by how ARM answers for the endpoint; see the next block.
      expect(others.filter((name) => !name.startsWith("requester.") && !unsaid.includes(name))).toEqual([]);
      for (const name of expected) expect(missing[name], name).toBe(reason);
    },
  );
});

describe("the requester's tenant", () => {
  it("is foreign on ARM's own word alone", async () => {
    const { known: found, unknown: missing } = await sheet({
      token: "partner",
      subscriptionId: subscriptions.partner,
    });
    expect(found["requester.tenant"]).toBe("foreign");
    expect(missing["requester.managementGroups"]).toBe("foreign-tenant");
    expect(missing["requester.subscriptionName"]).toBe("foreign-tenant");
    expect(missing["endpoint.location"]).toBe("foreign-tenant");
    expect(found["endpoint.subscriptionId"]).toBe(subscriptions.partner);
  });

  it("is ours where ARM refuses for want of rights, and the groups of a subscription that no list shows are unknown", async () => {
    const { known: found, unknown: missing } = await sheet({ subscriptionId: subscriptions.newTeam });
    expect(found["requester.tenant"]).toBe("ours");
    expect(missing["endpoint.location"]).toBe("forbidden");
    expect(missing["requester.managementGroups"]).toBe("not-found");
  });

  it("counts by management group cannot be told where one approved connection's groups are unknown", async () => {
    const partner = await bench.ask({
      token: "partner",
      subscriptionId: subscriptions.partner,
      name: "pe-partner",
    });
    bench.onAzure(partner).status = "Approved";
    const { known: found, unknown: missing } = await sheet();
    expect(missing["counts.fromManagementGroup"]).toBe("not-found");
    expect(found["counts.approved"]).toBe(1);
  });
});

describe("the landing zones' policy", () => {
  const under = () =>
    bench.under({ policy: "policies/landing-zones", parameters: { corporateRange: "10.20.0.0/16" } });

  it("approves by management group and address plan, on what Azure says", async () => {
    expect(await under().review(await bench.ask())).toMatchObject({
      verdict: "approve",
      rule: "corporate landing zones, in our own network",
      applied: true,
    });
  });

  it("holds a subnet that lies outside the plan, and rejects the sandbox", async () => {
    expect(await under().review(await bench.ask({ subnet: "snet-legacy" }))).toMatchObject({
      verdict: "hold",
    });
    expect(await under().review(await bench.ask({ subscriptionId: subscriptions.sandbox }))).toMatchObject({
      verdict: "reject",
      rule: "never from the sandbox",
    });
  });

  it("holds where the groups cannot be read, and says why in words", async () => {
    const result = await under().review(await bench.ask({ subscriptionId: subscriptions.newTeam }));
    expect(result).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "requester.managementGroups", reason: "not-found" }],
    });
    expect(result.reasons[0]).toContain(
      "requester.managementGroups is unknown (not-found: Azure does not show it to the app)",
    );
  });
});

describe("what is held", () => {
  it.each([
    [
      "a tier that has no private endpoints",
      { sku: { name: "BasicV2", capacity: 1 } },
      "a service of the tier BasicV2 cannot have private endpoints",
    ],
    [
      "a classic service inside a virtual network",
      { properties: { virtualNetworkType: "Internal" } },
      "injected into a virtual network (Internal)",
    ],
  ])("says so of %s", async (_, change, reason) => {
    const id = await bench.ask({ subnet: "default" });
    Object.assign(bench.orders, change);
    const { verdict, reasons } = await bench.review(id);
    expect(verdict).toBe("hold");
    expect(reasons.join("; ")).toContain(reason);
  });

  it("is told once, though a fact that no rule asks for cannot be read for a moment", async () => {
    const id = await bench.ask({ subnet: "default" });
    await bench.review(id);
    expect(bench.alerts).toHaveLength(1);
    const answer = { status: 500, body: {} };
    bench.simulator.faults.add({
      method: "GET",
      path: "/virtualnetworks/",
      times: 100,
      does: { kind: "answer", answer },
    });
    bench.pass(60_000);
    expect(await bench.review(id)).toMatchObject({ phase: "Held", verdict: "hold" });
    bench.simulator.faults.clear();
    bench.pass(60_000);
    await bench.review(id);
    expect(bench.alerts).toHaveLength(1);
  });
});

describe("a fact that is unknown", () => {
  it.each(fields.map(({ name }) => name))("%s neither approves nor rejects", (name) => {
    const rule = (effect: string) =>
      `name: p\nrules: [{ name: r, if: { allOf: [{ field: service.id, exists: true }, { field: ${name}, exists: true }] }, then: { effect: ${effect} } }]`;
    const given = { "service.id": known("a"), [name]: unknown("forbidden") };
    for (const effect of ["approve", "reject"])
      expect(verdictOf(rule(effect), given)).toMatchObject({
        kind: "hold",
        unknown: [{ field: name, reason: "forbidden" }],
      });
  });
});
