import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import {
  answerGets,
  connectionPath,
  endpoint,
  onePlace,
  pending,
  recordedConnection,
  recordedService,
  reviewUnder,
  servicePath,
} from "./recorded-answers.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

/** Makes the service list the reviewed connection and one other. */
function listsBeside(id: ConnectionId, other: object | null): void {
  const own = recordedConnection(bench, pending, { id: id.text });
  // The connection's own answer shows the endpoint that the simulator has for it.
  answerGets(bench, connectionPath(id), {
    ...own,
    properties: { ...own.properties, privateEndpoint: ownEndpoint(id) },
  });
  answerGets(bench, servicePath, recordedService(bench, { privateEndpointConnections: [own, other] }));
}
const ownEndpoint = (id: ConnectionId) => ({ id: bench.onAzure(id).endpointId });

describe("a list with a connection that cannot be parsed", () => {
  it.each<readonly [string, () => object | null]>([
    ["has no state", () => recordedConnection(bench, { privateLinkServiceConnectionState: null })],
    [
      "has an empty state",
      () => recordedConnection(bench, { privateLinkServiceConnectionState: { status: "" } }),
    ],
    ["has no id", () => recordedConnection(bench, {}, { id: undefined })],
    [
      "has an id with a trailing slash",
      () => recordedConnection(bench, {}, { id: `${recordedConnection(bench).id}/` }),
    ],
    [
      "has an id of another service",
      () => recordedConnection(bench, {}, { id: recordedConnection(bench).id.replace("orders", "x") }),
    ],
    ["is null", () => null],
    [
      "has an undocumented state",
      () => recordedConnection(bench, { privateLinkServiceConnectionState: { status: "Odd" } }),
    ],
  ])("that %s is incomplete, so a limit over it holds and names it", async (_, other) => {
    const id = await bench.ask();
    const broken = other();
    listsBeside(id, broken);
    const result = await reviewUnder(bench, onePlace, id);
    expect(result).toMatchObject({ verdict: "hold", applied: false });
    const { id: name = "an entry without an id" } = (broken ?? {}) as { readonly id?: string };
    // One in a state that Azure does not document can be read, but not counted.
    const isReadable = JSON.stringify(broken).includes("Odd");
    expect(result.reason?.includes(`cannot be read: ${name}`)).toBe(!isReadable);
    expect(result.unknown.map(({ field }) => field)).toEqual(["counts.approved"]);
    expect(bench.puts()).toBe(0);
  });

  it("that lacks the connection itself is incomplete", async () => {
    const id = await bench.ask();
    answerGets(
      bench,
      servicePath,
      recordedService(bench, { privateEndpointConnections: [recordedConnection(bench)] }),
      { after: 1 },
    );
    expect(await reviewUnder(bench, onePlace.replace("max: 1", "max: 9"), id)).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
    });
  });

  it("that lacks a connection known to be Approved is incomplete, and the hold names it", async () => {
    const approved = await bench.ask();
    expect(await bench.review(approved)).toMatchObject({ applied: true });
    const id = await bench.ask();
    listsBeside(id, recordedConnection(bench, pending));
    const result = await reviewUnder(bench, onePlace.replace("max: 1", "max: 9"), id);
    expect(result).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
    });
    expect(result.reasons.join("; ")).toContain(`lacks ${approved.connectionName}, which was Approved`);
  });

  it("that is complete is counted", async () => {
    const id = await bench.ask();
    listsBeside(id, recordedConnection(bench, pending));
    expect(await reviewUnder(bench, onePlace, id)).toMatchObject({ verdict: "approve", applied: false });
  });
});

describe("an Approved connection whose endpoint is unknown", () => {
  const each = onePlace.replace("name: one, max: 1", "name: one each, per: endpoint.subscriptionId, max: 1");

  it.each([
    ["is empty", {}],
    ["is null", null],
    ["has no id", { id: null }],
    ["has an id that is none", { id: `${endpoint}/` }],
  ])(
    "because it %s may be the requester's, so a limit per subscription holds",
    async (_, privateEndpoint) => {
      const id = await bench.ask();
      listsBeside(id, recordedConnection(bench, { privateEndpoint }));
      expect(await reviewUnder(bench, each, id)).toMatchObject({
        verdict: "hold",
        unknown: [{ field: "counts.fromSubscription", reason: "no-endpoint" }],
      });
    },
  );
});

describe("a state in another spelling", () => {
  const spelled = (id: ConnectionId, status: string) => {
    Object.assign(bench.onAzure(id), { status });
  };

  it.each(["pending", "PENDING"])("%s is reviewed and counted as Pending", async (status) => {
    const id = await bench.ask();
    spelled(id, status);
    await bench.follow(await bench.sweep());
    expect(bench.onAzure(id).status).toBe("Approved");
  });

  it("approved counts towards a limit", async () => {
    const [taken, id] = [await bench.ask(), await bench.ask()];
    spelled(taken, "approved");
    expect(await reviewUnder(bench, onePlace, id)).toMatchObject({ verdict: "hold", unknown: [] });
  });

  it("approved without us is audited", async () => {
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
    bench.pass(minuteMs);
    expect(await bench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
  });
});
