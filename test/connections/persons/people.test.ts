import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { minuteMs } from "../../../src/lib/clock.ts";
import { sweep } from "../../../src/lib/connections/sweep/sweep.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import type { ConnectionStatus } from "../../../simulator/estate/world.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** Decisions by people, and connections that are approved without us. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  // Both services are adopted, so connections from now on are new.
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { alertTypes, record } = observationsOf(() => workbench);
type Id = Parameters<Workbench["review"]>[0];
const decideByHand = (id: Id, status: ConnectionStatus) => {
  setConnectionState({ emit: () => {} }, workbench.onAzure(id), status, "by hand");
};
/** Requests a connection that Azure approves automatically, because the requester has the right to. */
const requestAutomatic = (subscriptionId = subscriptions.landingZone, subnet = "snet-endpoints") => {
  workbench.simulator.world.principals
    .get("requester")
    ?.assignments.push({ scope: `/subscriptions/${subscriptions.platform}`, actions: ["*"] });
  return workbench.ask({ manual: false, subscriptionId, subnet });
};

describe("a held connection that a person decides", () => {
  it.each(["Approved", "Rejected"] as const)(
    "as %s is recorded as Overridden by a sweep, alerted once, and never reverted",
    async (status) => {
      const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
      await sweepAndFollow(workbench);
      expect(await record(id)).toMatchObject({ phase: "Held", verdict: "hold" });
      decideByHand(id, status);
      for (let sweeps = 0; sweeps < 4; sweeps++) await sweepAndFollow(workbench);
      expect(await record(id)).toMatchObject({
        phase: "Overridden",
        state: status,
        reason: `it was set to ${status} outside Drawbridge, whose verdict was hold`,
      });
      expect(workbench.onAzure(id).status).toBe(status);
      expect(workbench.puts()).toBe(0);
      expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionOverridden"]);
      expect(
        (await workbench.services.ledger.entries({}, { top: 10 })).items.map(({ kind }) => kind),
      ).toEqual(["decision", "outcome"]);
      expect((await workbench.sweep()).due).toEqual([]);
    },
  );

  it("and that becomes Pending again is held and alerted again", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await sweepAndFollow(workbench);
    decideByHand(id, "Rejected");
    await sweepAndFollow(workbench);
    decideByHand(id, "Pending");
    // The requester requests it again, with the same message.
    workbench.onAzure(id).description = "please";
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
    expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionOverridden", "ConnectionHeld"]);
  });
});

describe("a connection that goes through states between two sweeps", () => {
  it("and looks unchanged is reviewed, although only the first event arrived", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await sweepAndFollow(workbench);
    // The inventory's current view is explained.
    await workbench.calm();
    decideByHand(id, "Rejected");
    workbench.pass(1);
    await workbench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Overridden", state: "Rejected" });
    decideByHand(id, "Pending");
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
  });

  it("because it was approved and deleted, becomes Gone", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    workbench.orders.connections.delete(id.connectionName.toLowerCase());
    // The inventory has null now, which proves nothing: the service is read directly within 15 minutes.
    for (let sweeps = 0; sweeps < 5; sweeps++) await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Gone" });
  });

  it("because we rejected it, and looks unchanged, is reviewed again", async () => {
    const watching = workbench.under({ mode: "observe" });
    const id = await workbench.ask({ subscriptionId: subscriptions.sandbox });
    await watching.calm();
    workbench.pass(1);
    expect(await workbench.review(id)).toMatchObject({ verdict: "reject", applied: true });
    decideByHand(id, "Pending");
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Rejected" });
    expect(workbench.puts()).toBe(2);
  });

  it("while a sweep compares it is not marked as explained by what the sweep read before", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await sweepAndFollow(workbench);
    const { ledger } = workbench.services;
    let between: (() => Promise<unknown>) | undefined = () => {
      decideByHand(id, "Rejected");
      workbench.pass(1);
      return workbench.review(id);
    };
    const slow: typeof ledger = {
      ...ledger,
      connections: async (...asked) => {
        const page = await ledger.connections(...asked);
        await between?.();
        between = undefined;
        return page;
      },
    };
    workbench.pass(5 * minuteMs);
    await sweep({ ...workbench.services, ledger: slow }, 5 * minuteMs);
    expect(between).toBeUndefined();
    decideByHand(id, "Pending");
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
  });
});

describe("a connection that is Approved without us", () => {
  it("and that the policy would have approved is recorded without an alert", async () => {
    const id = await requestAutomatic();
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({
      phase: "Adopted",
      verdict: "approve",
      reason: expect.stringContaining("became Approved without Drawbridge"),
    });
    expect(alertTypes()).toEqual([]);
    await sweepAndFollow(workbench);
    expect((await workbench.sweep()).due).toEqual([]);
  });

  it.each([
    ["rejected", subscriptions.sandbox, "reject"],
    ["held, since it cannot tell", subscriptions.newTeam, "hold"],
  ])("and that the policy would have %s is alerted and left as it is", async (_, subscriptionId, verdict) => {
    const id = await requestAutomatic(subscriptionId);
    await sweepAndFollow(workbench);
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Adopted", verdict });
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
    expect(workbench.onAzure(id).status).toBe("Approved");
    expect(workbench.puts()).toBe(0);
  });

  it("is not audited by its message, which the approver has overwritten", async () => {
    workbench = workbench.under({ policy: "test/policy/corpus/by-message.yaml", parameters: {} });
    const id = await requestAutomatic();
    workbench.onAzure(id).description = "ticket 7";
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Adopted", verdict: "hold" });
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });

  it("is not counted against itself in its audit", async () => {
    const policy = "test/policy/corpus/one-place.yaml";
    const parameters = {};
    workbench = workbench.under({ policy, parameters });
    await requestAutomatic();
    await sweepAndFollow(workbench);
    expect(alertTypes()).toEqual([]);
    await requestAutomatic();
    await sweepAndFollow(workbench);
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });

  it("after it was seen as Pending but not held, is audited", async () => {
    const id = await workbench.ask({ subnet: "default" });
    workbench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 3,
      does: { kind: "answer", answer: { status: 503, body: {} } },
    });
    await workbench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Seen" });
    decideByHand(id, "Approved");
    workbench.pass(minuteMs);
    await workbench.review(id);
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });

  it("is audited later if its facts cannot be read for a moment", async () => {
    const id = await requestAutomatic(subscriptions.landingZone, "default");
    workbench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 3,
      does: { kind: "answer", answer: { status: 503, body: {} } },
    });
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Seen", state: "Approved" });
    expect(alertTypes()).toEqual([]);
    await sweepAndFollow(workbench);
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });

  it("after it was adopted as Rejected, is audited", async () => {
    const fresh = await startWorkbench();
    try {
      const id = await fresh.ask({ subscriptionId: subscriptions.sandbox });
      setConnectionState({ emit: () => {} }, fresh.onAzure(id), "Rejected", "by hand");
      await fresh.calm();
      setConnectionState({ emit: () => {} }, fresh.onAzure(id), "Approved", "by hand");
      await fresh.calm();
      expect(fresh.alerts.map(({ type }) => type)).toEqual([
        "Drawbridge.ServiceAdopted",
        "Drawbridge.ConnectionBypass",
      ]);
    } finally {
      await fresh.stop();
    }
  });

  it("after we rejected it, which Azure should not allow, is recorded as overridden", async () => {
    const id = await workbench.ask({ subscriptionId: subscriptions.sandbox });
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Rejected" });
    decideByHand(id, "Approved");
    await sweepAndFollow(workbench);
    expect(alertTypes()).toEqual(["ConnectionRejected", "ConnectionOverridden"]);
  });
});
