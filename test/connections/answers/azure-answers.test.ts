import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { hourMs } from "../../../src/lib/clock.ts";
import { valueOf } from "../../../src/lib/estate/read.ts";
import { serviceIdOf } from "../../ids.ts";
import {
  answerGets,
  armError,
  connectionPath,
  listPath,
  recordedConnection,
  recordedService,
  servicePath,
} from "./recorded-answers.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const orders = () => serviceIdOf(workbench.orders.id);

describe("a service without connections", () => {
  it("has none if the answer has null and the list is empty", async () => {
    answerGets(workbench, listPath, { value: [] });
    answerGets(workbench, servicePath, recordedService(workbench));
    expect(await workbench.services.azure.service(orders())).toMatchObject({
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
  ])("has unknown connections if its list has %s too", async (_, list, reason) => {
    answerGets(workbench, listPath, list);
    answerGets(workbench, servicePath, recordedService(workbench));
    expect(await workbench.services.azure.service(orders())).toMatchObject({
      value: { connections: { kind: "unknown", reason } },
    });
  });

  it("is swept and adopted like any other", async () => {
    answerGets(workbench, listPath, { value: [] });
    answerGets(workbench, servicePath, recordedService(workbench));
    await workbench.calm();
    expect(await workbench.services.ledger.head(orders())).toMatchObject({ adoptedAt: expect.any(String) });
  });
});

describe("null", () => {
  const missing = { kind: "unknown", reason: "not-in-answer" };
  const incomplete = { kind: "unknown", reason: "incomplete-list" };
  const known = { kind: "known" };

  it.each([
    [
      "for a connection's id",
      { properties: { privateEndpointConnections: [{ id: null }] } },
      { connections: incomplete },
      known,
    ],
    [
      "for the network's type",
      { properties: { virtualNetworkType: null } },
      { virtualNetworkType: missing },
      known,
    ],
    ["for the tier", { rest: { sku: { name: null } } }, { sku: missing }, known],
    [
      "in a list of connections",
      { properties: { privateEndpointConnections: [null] } },
      { connections: incomplete },
      known,
    ],
    [
      "in a list of regions",
      { properties: { additionalLocations: [null] } },
      { locations: incomplete },
      incomplete,
    ],
    ["for every property", { rest: { properties: null } }, { provisioningState: missing }, missing],
  ])(
    "%s makes what it is about unknown, to the reads for connections and for addresses",
    async (_, { properties = {}, rest = {} }: { properties?: object; rest?: object }, facts, addresses) => {
      answerGets(workbench, listPath, { value: [] });
      answerGets(workbench, servicePath, recordedService(workbench, properties, rest));
      expect(await workbench.services.azure.service(orders())).toMatchObject({ ...known, value: facts });
      expect(await workbench.addresses.azure.service(orders())).toMatchObject(addresses);
    },
  );

  it("in a list of zones makes the zones unknown, and not none", async () => {
    answerGets(workbench, servicePath, recordedService(workbench, {}, { zones: [null] }));
    const { places } = valueOf(await workbench.addresses.azure.service(orders()))!;
    expect(places.map(({ zones }) => zones)).toEqual([undefined]);
  });

  it("as a status leaves the connection unknown", async () => {
    const id = await workbench.ask();
    const body = recordedConnection(
      workbench,
      { privateLinkServiceConnectionState: { status: null } },
      { id: id.text },
    );
    answerGets(workbench, connectionPath(id), body);
    expect(await workbench.services.azure.connection(id)).toEqual({
      kind: "unknown",
      reason: "not-in-answer",
    });
  });

  it("for a connection's groups leaves the connection readable, and its group unknown", async () => {
    const id = await workbench.ask();
    answerGets(
      workbench,
      connectionPath(id),
      recordedConnection(workbench, { groupIds: null }, { id: id.text }),
    );
    expect(await workbench.services.azure.connection(id)).toMatchObject({
      kind: "known",
      value: { state: "Approved", groupIds: missing },
    });
  });

  it("in a list of a subscription's services leaves the other services readable", async () => {
    answerGets(workbench, "/providers/microsoft.apimanagement/service", {
      value: [null, recordedService(workbench)],
      nextLink: null,
    });
    expect(await workbench.services.azure.services(subscriptions.platform)).toMatchObject({
      value: [{ id: { text: workbench.orders.id } }],
    });
  });
});

describe("a 404", () => {
  it.each([
    ["about the subscription", armError("SubscriptionNotFound")],
    ["about the type", armError("InvalidResourceType")],
    ["of a gateway's", "<html><body>404 Not Found</body></html>"],
    ["with JSON of another form", { code: "ResourceNotFound" }],
  ])("%s proves no deletion, and our approvals stay ours", async (_, body) => {
    const id = await workbench.ask();
    await workbench.review(id);
    expect(workbench.onAzure(id).status).toBe("Approved");
    await workbench.check();
    const before = workbench.alerts.length;
    answerGets(workbench, `/subscriptions/${subscriptions.platform}/`, body, { status: 404 });
    for (const { id: shown } of workbench.simulator.world.services.values())
      workbench.simulator.graph.hide(shown);
    for (let looks = 0; looks < 2; looks++) {
      workbench.pass(hourMs);
      expect(await workbench.review(id)).toMatchObject({ applied: false });
    }
    await workbench.follow(await workbench.sweep());
    await workbench.check();
    expect((await workbench.services.ledger.find(id))?.phase).not.toBe("Gone");
    workbench.simulator.faults.clear();
    workbench.simulator.graph.clear();
    workbench.pass(hourMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    const raisedAlerts = workbench.alerts.slice(before).map(({ type }) => type);
    expect(raisedAlerts.filter((type) => /Gone|Adopted|Bypass|Overridden/.test(type))).toEqual([]);
  });

  it.each(["ResourceNotFound", "ResourceGroupNotFound"])("%s proves a deletion", async (code) => {
    const id = await workbench.ask();
    await workbench.review(id);
    answerGets(workbench, connectionPath(id), armError(code), { status: 404 });
    for (let looks = 0; looks < 3; looks++) {
      workbench.pass(hourMs);
      await workbench.review(id);
    }
    expect((await workbench.services.ledger.find(id))?.phase).toBe("Gone");
  });
});

describe("a refusal of Resource Graph", () => {
  it("without a Retry-After is respected until the quota resets", async () => {
    const id = await workbench.ask();
    const answer = {
      status: 429,
      body: armError("RateLimiting"),
      headers: { "x-ms-user-quota-resets-after": "00:00:05" },
    };
    workbench.simulator.faults.add({
      method: "POST",
      path: "resourcegraph",
      does: { kind: "answer", answer },
    });
    const asked = () => workbench.simulator.seen.filter(({ path }) => path.includes("ResourceGraph")).length;
    expect(await workbench.services.azure.inventory("all")).toEqual({ kind: "unknown", reason: "throttled" });
    expect(await workbench.services.azure.inventory("all")).toEqual({ kind: "unknown", reason: "throttled" });
    expect(asked()).toBe(1);
    expect(await workbench.services.azure.connection(id)).toMatchObject({ kind: "known" });
  });
});
