import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { factsOf } from "../../../src/lib/connections/facts/fact-sources.ts";
import { readSnapshot } from "../../../src/lib/connections/facts/read-snapshot.ts";
import { printFacts } from "../../../src/lib/policy/evaluate/fact-sheet.ts";
import { connectionCatalogue, fields } from "../../../src/lib/policy/language/fields.ts";
import { known, unknown } from "../../../src/lib/policy/values/fact.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { verdictOf } from "../../policy/policy-makers.ts";
import { factSheetOf, requestFactSheet, unknownWhilePending } from "./fact-sheets.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  Object.assign(workbench.orders.properties, { additionalLocations: [] });
});
afterEach(() => workbench.stop());

const landingZone = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network`;
const orders = `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders`;

describe("known facts", () => {
  it("come from Azure, for every field", async () => {
    const {
      known: found,
      unknown: missing,
      id,
    } = await requestFactSheet(workbench, {
      name: "pe-1",
      message: "please",
      tags: { Owner: "me" },
    });
    expect(missing).toEqual(unknownWhilePending);
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

  it("include an endpoint's address once it is approved, and its application security groups if it has any", async () => {
    const id = await workbench.ask();
    workbench.onAzure(id).status = "Approved";
    expect((await factSheetOf(workbench, id)).known).toMatchObject({
      "endpoint.privateAddresses": ["10.20.0.4"],
    });
    const { endpointId } = workbench.onAzure(id);
    const group = `${landingZone}/applicationSecurityGroups/asg-web`;
    const body = { id: endpointId, properties: { applicationSecurityGroups: [{ id: group }] } };
    const does = { kind: "answer", answer: { status: 200, body } } as const;
    workbench.simulator.faults.add({ method: "GET", path: "/privateendpoints/", times: 1, does });
    const { known: found } = await factSheetOf(workbench, id);
    expect(found["endpoint.applicationSecurityGroups"]).toEqual([group.toLowerCase()]);
  });

  it("count approved connections by the requester's subscription and management groups", async () => {
    const first = await workbench.ask({ name: "pe-first" });
    workbench.onAzure(first).status = "Approved";
    const { known: found } = await requestFactSheet(workbench, { name: "pe-second" });
    expect(found).toMatchObject({
      "counts.approved": 1,
      "counts.fromSubscription": 1,
      "counts.fromManagementGroup": { corp: 1, landingzones: 1, contoso: 1 },
    });
  });

  it("include every range of a subnet", async () => {
    const { known: found } = await requestFactSheet(workbench, { subnet: "snet-legacy" });
    expect(found["endpoint.subnet.addressPrefixes"]).toEqual(["10.20.16.0/24", "192.168.0.0/24"]);
  });

  it("include those of the subnet that the README and npm start name, so that it is held for its name alone", async () => {
    const { known: found, unknown: lacking } = await requestFactSheet(workbench, { subnet: "snet-private" });
    expect([found["endpoint.subnet.addressPrefixes"], lacking["endpoint.subnet.addressPrefixes"]]).toEqual([
      ["10.20.48.0/24"],
      undefined,
    ]);
  });
});

describe("counts", () => {
  it("include reservations that Azure does not show yet, each once, and not the connection itself", async () => {
    const [own, shown, pending] = [await workbench.ask(), await workbench.ask(), await workbench.ask()];
    await workbench.review(shown);
    const reservations = [own, shown, pending].map((id) => ({
      id: id.text,
      endpointId: workbench.onAzure(id).endpointId,
    }));
    const elsewhere = {
      id: `${own.text}x`,
      endpointId: reservations[0]?.endpointId.replace(/2222/, "3333") ?? "",
    };
    const { known: found } = await factSheetOf(workbench, own, [...reservations, elsewhere]);
    expect(found).toMatchObject({ "counts.approved": 3, "counts.fromSubscription": 2, "counts.pending": 2 });
  });
});

describe("a list that is newer than the read of the connection", () => {
  it("does not count the connection against itself", async () => {
    const id = await workbench.ask();
    const read = await workbench.services.azure.connection(id);
    if (read.kind === "unknown") throw new Error(read.reason);
    workbench.onAzure(id).status = "Approved";
    const facts = factsOf(await readSnapshot(workbench.services, read.value, []));
    expect(printFacts(facts, connectionCatalogue).known).toMatchObject({
      "counts.approved": 0,
      "counts.fromSubscription": 0,
    });
  });
});

describe("the requester's tenant", () => {
  it("is foreign only if ARM says so", async () => {
    const { known: found, unknown: missing } = await requestFactSheet(workbench, {
      token: "partner",
      subscriptionId: subscriptions.partner,
    });
    expect(found["requester.tenant"]).toBe("foreign");
    expect(missing["requester.managementGroups"]).toBe("foreign-tenant");
    expect(missing["requester.subscriptionName"]).toBe("foreign-tenant");
    expect(missing["endpoint.location"]).toBe("foreign-tenant");
    expect(found["endpoint.subscriptionId"]).toBe(subscriptions.partner);
  });

  it("is ours if ARM refuses for a missing right, and the groups of a subscription that is not listed are unknown", async () => {
    const { known: found, unknown: missing } = await requestFactSheet(workbench, {
      subscriptionId: subscriptions.newTeam,
    });
    expect(found["requester.tenant"]).toBe("ours");
    expect(missing["endpoint.location"]).toBe("forbidden");
    expect(missing["requester.managementGroups"]).toBe("not-found");
  });

  it.each([
    ["not found", "ResourceNotFound", "not-found"],
    ["not visible", "SubscriptionNotFound", "not-visible"],
  ])("is unknown if the endpoint is %s, since it may be anybody's", async (_, code, reason) => {
    workbench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 9,
      does: { kind: "answer", answer: { status: 404, body: { error: { code, message: "" } } } },
    });
    const { known: found, unknown: missing } = await requestFactSheet(workbench);
    expect(found["requester.tenant"]).toBeUndefined();
    expect(missing["requester.tenant"]).toBe(reason);
  });

  it("leaves counts by management group unknown if one approved connection's groups are unknown", async () => {
    const partner = await workbench.ask({
      token: "partner",
      subscriptionId: subscriptions.partner,
      name: "pe-partner",
    });
    workbench.onAzure(partner).status = "Approved";
    const { known: found, unknown: missing } = await requestFactSheet(workbench);
    expect(missing["counts.fromManagementGroup"]).toBe("not-found");
    expect(found["counts.approved"]).toBe(1);
  });
});

describe("an unknown fact", () => {
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
