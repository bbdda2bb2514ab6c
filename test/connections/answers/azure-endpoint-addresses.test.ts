import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { answerGets, reviewUnder } from "./recorded-answers.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

describe("an endpoint whose address is only on its network interface", () => {
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
      manualPrivateLinkServiceConnections: [{ properties: { privateLinkServiceId: workbench.orders.id } }],
      networkInterfaces: [{ id: id.replace("privateEndpoints", "networkInterfaces") }],
      ...lists,
    },
  });

  it.each([
    ["are empty", { customDnsConfigs: [], ipConfigurations: [] }, "not-in-answer"],
    ["are missing", {}, "not-in-answer"],
    ["are null", { customDnsConfigs: null, ipConfigurations: null }, "not-in-answer"],
    [
      "have a host without an address",
      { customDnsConfigs: [{ fqdn: "a", ipAddresses: [] }], ipConfigurations: [] },
      "incomplete-list",
    ],
  ])("has unknown addresses if its lists of addresses %s", async (_, lists, reason) => {
    const id = await workbench.ask();
    answerGets(workbench, "/privateendpoints/", answer(workbench.onAzure(id).endpointId, lists));
    expect(await reviewUnder(workbench, plan, id)).toMatchObject({
      applied: false,
      verdict: "hold",
      unknown: [{ field: "endpoint.privateAddresses[*]", reason }],
    });
    expect(workbench.onAzure(id).status).toBe("Pending");
  });

  it("has the listed addresses", async () => {
    const id = await workbench.ask();
    const ipConfigurations = [{ properties: { privateIPAddress: "10.1.2.3" } }];
    answerGets(
      workbench,
      "/privateendpoints/",
      answer(workbench.onAzure(id).endpointId, { customDnsConfigs: [], ipConfigurations }),
    );
    expect(await reviewUnder(workbench, plan, id)).toMatchObject({ applied: true, verdict: "approve" });
  });
});
