import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

/** The DNS readiness of an approval, in its outcome and in its alert. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes } = observationsOf(() => workbench);
async function outcomeAfter(change: () => void) {
  const id = await workbench.ask();
  change();
  expect(await workbench.review(id)).toMatchObject({ applied: true, state: "Approved" });
  const { items } = await workbench.services.ledger.entries({}, { top: 10 });
  return items.find(({ kind }) => kind === "outcome");
}

const zones =
  (...names: string[]) =>
  () => {
    for (const endpoint of workbench.simulator.world.endpoints.values())
      endpoint.dnsZones = names.map(
        (name) => `/subscriptions/x/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/${name}`,
      );
  };

describe("an approval", () => {
  it("needs no record if the endpoint's zone group maintains it", async () => {
    expect(await outcomeAfter(zones("PrivateLink.azure-api.net"))).toMatchObject({
      use: { dns: "zone-group" },
      reason: expect.stringContaining("its private DNS zone group keeps the record"),
    });
  });

  it.each([
    ["no zone group", zones()],
    ["a zone group for another service", zones("privatelink.vaultcore.azure.net")],
  ])("names the record to create by hand if there is %s", async (_, change) => {
    expect(await outcomeAfter(change)).toMatchObject({
      use: {
        dns: "by-hand",
        record: { name: "apim-orders.privatelink.azure-api.net", addresses: ["10.20.0.4"] },
      },
      reason: expect.stringContaining(
        "create the record apim-orders.privatelink.azure-api.net A 10.20.0.4 by hand",
      ),
    });
  });

  it("stands if its DNS cannot be read, and says so", async () => {
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    const change = () => {
      workbench.simulator.faults.add({
        path: "/privatednszonegroups",
        times: 10,
        does: { kind: "answer", answer },
      });
    };
    expect(await outcomeAfter(change)).toMatchObject({ use: { dns: "unknown", reason: "forbidden" } });
    expect(workbench.alerts.map(({ type }) => type)).toEqual(["Drawbridge.ConnectionApproved"]);
  });

  it("has no text about DNS if it is a rejection", async () => {
    const id = await workbench.ask({ subscriptionId: "33333333-3333-4333-8333-333333333333" });
    expect(await workbench.review(id)).toMatchObject({ verdict: "reject", applied: true });
    expect(workbench.simulator.seen.filter(({ path }) => /dns/i.test(path))).toEqual([]);
  });
});

describe("a service that still answers on its public address", () => {
  it("is alerted with its first approved connection, and not with the next", async () => {
    Object.assign(workbench.orders.properties, { publicNetworkAccess: "Enabled" });
    await workbench.review(await workbench.ask());
    expect(alertTypes().toSorted()).toEqual(["ConnectionApproved", "PublicAccessOpen"]);
    expect(workbench.alerts.find(({ type }) => type.endsWith("Open"))?.subject).toBe(workbench.orders.id);
    await workbench.review(await workbench.ask());
    expect(alertTypes().toSorted()).toEqual(["ConnectionApproved", "ConnectionApproved", "PublicAccessOpen"]);
  });

  it("is alerted under another id when a connection becomes the first again, since the earlier alert may still be in delivery", async () => {
    Object.assign(workbench.orders.properties, { publicNetworkAccess: "Enabled" });
    const id = await workbench.ask();
    await workbench.review(id);
    workbench.onAzure(id).status = "Pending";
    // It is read twice, since the first answer may be stale.
    for (let looks = 0; looks < 2; looks++) {
      workbench.pass(hourMs);
      await workbench.review(id);
    }
    expect(workbench.onAzure(id).status).toBe("Approved");
    const open = workbench.alerts.filter(({ type }) => type.endsWith("PublicAccessOpen"));
    expect(new Set(open.map((each) => each.id)).size).toBe(2);
  });

  it("is not alerted if public access is off, and is never changed", async () => {
    await workbench.review(await workbench.ask());
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
    const writes = workbench.simulator.seen.filter(
      ({ method, principal }) => method !== "GET" && principal === "simulated",
    );
    expect(writes.map(({ method, path }) => `${method} ${path.split("/").at(-2)}`).toSorted()).toEqual([
      "POST Microsoft.ResourceGraph",
      "PUT privateEndpointConnections",
    ]);
  });
});

describe("an approving review", () => {
  it("calls ARM ten times: eight times to decide, apply and verify, twice about DNS", async () => {
    // The first review of a service adopts it, which takes one more read.
    await workbench.review(await workbench.ask());
    const id = await workbench.ask();
    const before = workbench.simulator.seen.length;
    await workbench.review(id);
    const calls = workbench.simulator.seen.slice(before).map(({ method, path }) => {
      const segments = path.split("/");
      return `${method} ${segments.length % 2 === 1 ? segments.at(-2) : segments.at(-1)}`;
    });
    expect(calls.filter((call) => !call.startsWith("POST")).toSorted()).toEqual([
      "GET privateDnsZoneGroups",
      "GET privateEndpointConnections",
      "GET privateEndpointConnections",
      "GET privateEndpointConnections",
      "GET privateEndpoints",
      "GET privateEndpoints",
      // The endpoint's answer has its address only once it is approved.
      "GET privateEndpoints",
      "GET service",
      "GET virtualNetworks",
      "PUT privateEndpointConnections",
    ]);
    // Subscriptions are cached for five minutes, and read all at once.
    expect(calls.filter((call) => call.startsWith("POST"))).toHaveLength(0);
  });
});
