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

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const orders = () => serviceIdOf(bench.orders.id);

describe("a service without connections", () => {
  it("has none if the answer has null and the list is empty", async () => {
    answerGets(bench, listPath, { value: [] });
    answerGets(bench, servicePath, recordedService(bench));
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
  ])("has unknown connections if its list has %s too", async (_, list, reason) => {
    answerGets(bench, listPath, list);
    answerGets(bench, servicePath, recordedService(bench));
    expect(await bench.services.azure.service(orders())).toMatchObject({
      value: { connections: { kind: "unknown", reason } },
    });
  });

  it("is swept and adopted like any other", async () => {
    answerGets(bench, listPath, { value: [] });
    answerGets(bench, servicePath, recordedService(bench));
    await bench.calm();
    expect(await bench.services.ledger.head(orders())).toMatchObject({ adoptedAt: expect.any(String) });
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
      answerGets(bench, listPath, { value: [] });
      answerGets(bench, servicePath, recordedService(bench, properties, rest));
      expect(await bench.services.azure.service(orders())).toMatchObject({ ...known, value: facts });
      expect(await bench.addresses.azure.service(orders())).toMatchObject(addresses);
    },
  );

  it("in a list of zones makes the zones unknown, and not none", async () => {
    answerGets(bench, servicePath, recordedService(bench, {}, { zones: [null] }));
    const { places } = valueOf(await bench.addresses.azure.service(orders()))!;
    expect(places.map(({ zones }) => zones)).toEqual([undefined]);
  });

  it("as a status leaves the connection unknown", async () => {
    const id = await bench.ask();
    const body = recordedConnection(
      bench,
      { privateLinkServiceConnectionState: { status: null } },
      { id: id.text },
    );
    answerGets(bench, connectionPath(id), body);
    expect(await bench.services.azure.connection(id)).toEqual({ kind: "unknown", reason: "not-in-answer" });
  });

  it("for a connection's groups leaves the connection readable, and its group unknown", async () => {
    const id = await bench.ask();
    answerGets(bench, connectionPath(id), recordedConnection(bench, { groupIds: null }, { id: id.text }));
    expect(await bench.services.azure.connection(id)).toMatchObject({
      kind: "known",
      value: { state: "Approved", groupIds: missing },
    });
  });

  it("in a list of a subscription's services leaves the other services readable", async () => {
    answerGets(bench, "/providers/microsoft.apimanagement/service", {
      value: [null, recordedService(bench)],
      nextLink: null,
    });
    expect(await bench.services.azure.services(subscriptions.platform)).toMatchObject({
      value: [{ id: { text: bench.orders.id } }],
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
    const id = await bench.ask();
    await bench.review(id);
    expect(bench.onAzure(id).status).toBe("Approved");
    await bench.check();
    const before = bench.alerts.length;
    answerGets(bench, `/subscriptions/${subscriptions.platform}/`, body, { status: 404 });
    for (const { id: shown } of bench.simulator.world.services.values()) bench.simulator.graph.hide(shown);
    for (let looks = 0; looks < 2; looks++) {
      bench.pass(hourMs);
      expect(await bench.review(id)).toMatchObject({ applied: false });
    }
    await bench.follow(await bench.sweep());
    await bench.check();
    expect((await bench.services.ledger.find(id))?.phase).not.toBe("Gone");
    bench.simulator.faults.clear();
    bench.simulator.graph.clear();
    bench.pass(hourMs);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    const raisedAlerts = bench.alerts.slice(before).map(({ type }) => type);
    expect(raisedAlerts.filter((type) => /Gone|Adopted|Bypass|Overridden/.test(type))).toEqual([]);
  });

  it.each(["ResourceNotFound", "ResourceGroupNotFound"])("%s proves a deletion", async (code) => {
    const id = await bench.ask();
    await bench.review(id);
    answerGets(bench, connectionPath(id), armError(code), { status: 404 });
    for (let looks = 0; looks < 3; looks++) {
      bench.pass(hourMs);
      await bench.review(id);
    }
    expect((await bench.services.ledger.find(id))?.phase).toBe("Gone");
  });
});

describe("a refusal of Resource Graph", () => {
  it("without a Retry-After is respected until the quota resets", async () => {
    const id = await bench.ask();
    const answer = {
      status: 429,
      body: armError("RateLimiting"),
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
