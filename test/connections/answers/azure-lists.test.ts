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

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

/** Makes the service list the reviewed connection and one other. */
function listsBeside(id: ConnectionId, other: object | null): void {
  const own = recordedConnection(workbench, pending, { id: id.text });
  // The connection's own answer shows the endpoint that the simulator has for it.
  answerGets(workbench, connectionPath(id), {
    ...own,
    properties: { ...own.properties, privateEndpoint: ownEndpoint(id) },
  });
  answerGets(
    workbench,
    servicePath,
    recordedService(workbench, { privateEndpointConnections: [own, other] }),
  );
}
const ownEndpoint = (id: ConnectionId) => ({ id: workbench.onAzure(id).endpointId });

describe("a list with a connection that cannot be parsed", () => {
  it.each<readonly [string, () => object | null]>([
    ["has no state", () => recordedConnection(workbench, { privateLinkServiceConnectionState: null })],
    [
      "has an empty state",
      () => recordedConnection(workbench, { privateLinkServiceConnectionState: { status: "" } }),
    ],
    ["has no id", () => recordedConnection(workbench, {}, { id: undefined })],
    [
      "has an id with a trailing slash",
      () => recordedConnection(workbench, {}, { id: `${recordedConnection(workbench).id}/` }),
    ],
    [
      "has an id of another service",
      () =>
        recordedConnection(workbench, {}, { id: recordedConnection(workbench).id.replace("orders", "x") }),
    ],
    ["is null", () => null],
    [
      "has an undocumented state",
      () => recordedConnection(workbench, { privateLinkServiceConnectionState: { status: "Odd" } }),
    ],
  ])("that %s is incomplete, so a limit over it holds and names it", async (_, other) => {
    const id = await workbench.ask();
    const broken = other();
    listsBeside(id, broken);
    const result = await reviewUnder(workbench, onePlace, id);
    expect(result).toMatchObject({ verdict: "hold", applied: false });
    const { id: name = "an entry without an id" } = (broken ?? {}) as { readonly id?: string };
    // One in a state that Azure does not document can be read, but not counted.
    const isReadable = JSON.stringify(broken).includes("Odd");
    expect(result.reason?.includes(`cannot be read: ${name}`)).toBe(!isReadable);
    expect(result.unknown.map(({ field }) => field)).toEqual(["counts.approved"]);
    expect(workbench.puts()).toBe(0);
  });

  it("that lacks the connection itself is incomplete", async () => {
    const id = await workbench.ask();
    answerGets(
      workbench,
      servicePath,
      recordedService(workbench, { privateEndpointConnections: [recordedConnection(workbench)] }),
      { after: 1 },
    );
    expect(await reviewUnder(workbench, onePlace.replace("max: 1", "max: 9"), id)).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
    });
  });

  it("that lacks a connection known to be Approved is incomplete, and the hold names it", async () => {
    const approved = await workbench.ask();
    expect(await workbench.review(approved)).toMatchObject({ applied: true });
    const id = await workbench.ask();
    listsBeside(id, recordedConnection(workbench, pending));
    const result = await reviewUnder(workbench, onePlace.replace("max: 1", "max: 9"), id);
    expect(result).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "incomplete-list" }],
    });
    expect(result.reasons.join("; ")).toContain(`lacks ${approved.connectionName}, which was Approved`);
  });

  it("that is complete is counted", async () => {
    const id = await workbench.ask();
    listsBeside(id, recordedConnection(workbench, pending));
    expect(await reviewUnder(workbench, onePlace, id)).toMatchObject({ verdict: "approve", applied: false });
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
      const id = await workbench.ask();
      listsBeside(id, recordedConnection(workbench, { privateEndpoint }));
      expect(await reviewUnder(workbench, each, id)).toMatchObject({
        verdict: "hold",
        unknown: [{ field: "counts.fromSubscription", reason: "no-endpoint" }],
      });
    },
  );
});

describe("a state in another spelling", () => {
  const spelled = (id: ConnectionId, status: string) => {
    Object.assign(workbench.onAzure(id), { status });
  };

  it.each(["pending", "PENDING"])("%s is reviewed and counted as Pending", async (status) => {
    const id = await workbench.ask();
    spelled(id, status);
    await workbench.follow(await workbench.sweep());
    expect(workbench.onAzure(id).status).toBe("Approved");
  });

  it("approved counts towards a limit", async () => {
    const [taken, id] = [await workbench.ask(), await workbench.ask()];
    spelled(taken, "approved");
    expect(await reviewUnder(workbench, onePlace, id)).toMatchObject({ verdict: "hold", unknown: [] });
  });

  it("approved without us is audited", async () => {
    await workbench.calm();
    const id = await workbench.ask({ subscriptionId: subscriptions.sandbox });
    spelled(id, "approved");
    await workbench.review(id);
    expect(workbench.alerts.map(({ type }) => type)).toContain("Drawbridge.ConnectionBypass");
  });

  it("approved by us is no override", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    spelled(id, "APPROVED");
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Applied", state: "Approved" });
  });
});
