import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import type { Connection } from "../../../simulator/estate/world.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** The requester names its connection and may reuse the name: the endpoint identifies a connection. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { alertTypes, record } = observationsOf(() => workbench);
const outcomes = async () =>
  (await workbench.services.ledger.entries({ kind: "outcome" }, { top: 100 })).items.map((entry) =>
    entry.kind === "outcome" ? [entry.phase, entry.reason] : [],
  );

/** Replaces the connection by one of another endpoint under the same name. */
function replace(
  id: ConnectionId,
  by: Partial<Pick<Connection, "endpointId" | "status" | "description">>,
): void {
  const before = workbench.onAzure(id);
  const endpointId = before.endpointId.replace(subscriptions.landingZone, subscriptions.sandbox);
  workbench.orders.connections.set(id.connectionName, {
    ...before,
    endpointId,
    status: "Approved",
    description: "",
    ...by,
  });
}

describe("a name that is used again", () => {
  it("by an auto-approved endpoint of another subscription is alerted as a bypass", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    replace(id, {});
    // The state equals the explained one; only the endpoint differs.
    for (let sweeps = 0; sweeps < 3; sweeps++) await sweepAndFollow(workbench);
    expect(alertTypes()).toEqual(["ConnectionApproved", "ConnectionBypass"]);
    const { endpointId } = workbench.onAzure(id);
    expect(await record(id)).toMatchObject({ phase: "Adopted", state: "Approved", endpointId });
    expect((await outcomes()).at(-1)?.[0]).toBe("Gone");
    expect((await workbench.sweep()).due).toEqual([]);
  });

  it("while no event arrived, is found by the next event about its service", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    replace(id, {});
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ phase: "Adopted", applied: false });
    expect(alertTypes()).toContain("ConnectionBypass");
  });

  it("by a new request is decided for the new endpoint, not by the earlier decision", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    replace(id, { status: "Pending", description: "please" });
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ verdict: "reject", applied: true, state: "Rejected" });
    const decisions = (await workbench.services.ledger.entries({ kind: "decision" }, { top: 10 })).items;
    expect(decisions.map((entry) => entry.kind === "decision" && entry.verdict.kind)).toEqual([
      "approve",
      "reject",
    ]);
  });

  it("by the same endpoint, re-created and auto-approved, does not count as our approval", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    const { endpointId } = workbench.onAzure(id);
    replace(id, { endpointId, description: "Auto-approved" });
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({
      phase: "Adopted",
      reason: expect.stringContaining("without Drawbridge"),
    });
  });

  it("is not assumed for another spelling of the same endpoint's id", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    const { endpointId, description } = workbench.onAzure(id);
    replace(id, { endpointId: endpointId.toUpperCase(), description });
    for (let sweeps = 0; sweeps < 3; sweeps++) await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });

  it("is detected even if the first answer did not name the endpoint", async () => {
    const id = await workbench.ask();
    const { azure } = workbench.services;
    const connection: typeof azure.connection = async (each) => {
      const read = await azure.connection(each);
      if (read.kind === "unknown") return read;
      const { endpointId: _, ...value } = read.value;
      return { kind: "known", value };
    };
    const services = { ...workbench.services, azure: { ...azure, connection } };
    await review(services, { id, cause: "event", actor: "test", requestedAt: new Date(0) });
    expect((await record(id))?.endpointId).toBeUndefined();
    // It is read again an hour later, not by each sweep.
    for (let sweeps = 0; sweeps < 13; sweeps++) await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ endpointId: workbench.onAzure(id).endpointId });
  });

  it("while our approval of the earlier endpoint was under way, does not count as approved by us", async () => {
    workbench.orders.operationMs = minuteMs;
    const id = await workbench.ask();
    expect(await workbench.review(id)).toMatchObject({ phase: "Applying" });
    const { decisionId } = (await record(id)) ?? {};
    // The operation affects the connection that has the name now.
    replace(id, { description: `drawbridge ${decisionId}: rule "landing zones" approves it` });
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({ phase: "Adopted" });
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });
});
