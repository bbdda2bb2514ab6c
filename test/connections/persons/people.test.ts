import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { minuteMs } from "../../../src/lib/clock.ts";
import { sweep } from "../../../src/lib/connections/sweep/sweep.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import type { ConnectionStatus } from "../../../simulator/estate/world.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** Decisions by people, and connections that are approved without us. */

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
  // Both services are adopted, so connections from now on are new.
  await bench.calm();
});
afterEach(() => bench.stop());

const { alertTypes, record } = observationsOf(() => bench);
type Id = Parameters<Workbench["review"]>[0];
const decideByHand = (id: Id, status: ConnectionStatus) => {
  setConnectionState({ emit: () => {} }, bench.onAzure(id), status, "by hand");
};
/** Requests a connection that Azure approves automatically, because the requester has the right to. */
const requestAutomatic = (subscriptionId = subscriptions.landingZone, subnet = "snet-endpoints") => {
  bench.simulator.world.principals
    .get("requester")
    ?.assignments.push({ scope: `/subscriptions/${subscriptions.platform}`, actions: ["*"] });
  return bench.ask({ manual: false, subscriptionId, subnet });
};

describe("a held connection that a person decides", () => {
  it.each(["Approved", "Rejected"] as const)(
    "as %s is recorded as Overridden by a sweep, alerted once, and never reverted",
    async (status) => {
      const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
      await sweepAndFollow(bench);
      expect(await record(id)).toMatchObject({ phase: "Held", verdict: "hold" });
      decideByHand(id, status);
      for (let sweeps = 0; sweeps < 4; sweeps++) await sweepAndFollow(bench);
      expect(await record(id)).toMatchObject({
        phase: "Overridden",
        state: status,
        reason: `it was set to ${status} outside Drawbridge, whose verdict was hold`,
      });
      expect(bench.onAzure(id).status).toBe(status);
      expect(bench.puts()).toBe(0);
      expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionOverridden"]);
      expect((await bench.services.ledger.entries({}, { top: 10 })).items.map(({ kind }) => kind)).toEqual([
        "decision",
        "outcome",
      ]);
      expect((await bench.sweep()).due).toEqual([]);
    },
  );

  it("and that becomes Pending again is held and alerted again", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await sweepAndFollow(bench);
    decideByHand(id, "Rejected");
    await sweepAndFollow(bench);
    decideByHand(id, "Pending");
    // The requester requests it again, with the same message.
    bench.onAzure(id).description = "please";
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
    expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionOverridden", "ConnectionHeld"]);
  });
});

describe("a connection that goes through states between two sweeps", () => {
  it("and looks unchanged is reviewed, although only the first event arrived", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await sweepAndFollow(bench);
    // The inventory's current view is explained.
    await bench.calm();
    decideByHand(id, "Rejected");
    bench.pass(1);
    await bench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Overridden", state: "Rejected" });
    decideByHand(id, "Pending");
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
  });

  it("because it was approved and deleted, becomes Gone", async () => {
    const id = await bench.ask();
    await bench.review(id);
    bench.orders.connections.delete(id.connectionName.toLowerCase());
    // The inventory has null now, which proves nothing: the service is read directly within 15 minutes.
    for (let sweeps = 0; sweeps < 5; sweeps++) await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Gone" });
  });

  it("because we rejected it, and looks unchanged, is reviewed again", async () => {
    const watching = bench.under({ mode: "observe" });
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    await watching.calm();
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ verdict: "reject", applied: true });
    decideByHand(id, "Pending");
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Rejected" });
    expect(bench.puts()).toBe(2);
  });

  it("while a sweep compares it is not marked as explained by what the sweep read before", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await sweepAndFollow(bench);
    const { ledger } = bench.services;
    let between: (() => Promise<unknown>) | undefined = () => {
      decideByHand(id, "Rejected");
      bench.pass(1);
      return bench.review(id);
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
    bench.pass(5 * minuteMs);
    await sweep({ ...bench.services, ledger: slow }, 5 * minuteMs);
    expect(between).toBeUndefined();
    decideByHand(id, "Pending");
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
  });
});

describe("a connection that is Approved without us", () => {
  it("and that the policy would have approved is recorded without an alert", async () => {
    const id = await requestAutomatic();
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({
      phase: "Adopted",
      verdict: "approve",
      reason: expect.stringContaining("became Approved without Drawbridge"),
    });
    expect(alertTypes()).toEqual([]);
    await sweepAndFollow(bench);
    expect((await bench.sweep()).due).toEqual([]);
  });

  it.each([
    ["rejected", subscriptions.sandbox, "reject"],
    ["held, since it cannot tell", subscriptions.newTeam, "hold"],
  ])("and that the policy would have %s is alerted and left as it is", async (_, subscriptionId, verdict) => {
    const id = await requestAutomatic(subscriptionId);
    await sweepAndFollow(bench);
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Adopted", verdict });
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
    expect(bench.onAzure(id).status).toBe("Approved");
    expect(bench.puts()).toBe(0);
  });

  it("is not audited by its message, which the approver has overwritten", async () => {
    bench = bench.under({ policy: "test/policy/corpus/by-message.yaml", parameters: {} });
    const id = await requestAutomatic();
    bench.onAzure(id).description = "ticket 7";
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Adopted", verdict: "hold" });
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });

  it("is not counted against itself in its audit", async () => {
    const policy = "test/policy/corpus/one-place.yaml";
    const parameters = {};
    bench = bench.under({ policy, parameters });
    await requestAutomatic();
    await sweepAndFollow(bench);
    expect(alertTypes()).toEqual([]);
    await requestAutomatic();
    await sweepAndFollow(bench);
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });

  it("after it was seen as Pending but not held, is audited", async () => {
    const id = await bench.ask({ subnet: "default" });
    bench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 3,
      does: { kind: "answer", answer: { status: 503, body: {} } },
    });
    await bench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Seen" });
    decideByHand(id, "Approved");
    bench.pass(minuteMs);
    await bench.review(id);
    expect(alertTypes()).toEqual(["ConnectionBypass"]);
  });

  it("is audited later if its facts cannot be read for a moment", async () => {
    const id = await requestAutomatic(subscriptions.landingZone, "default");
    bench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 3,
      does: { kind: "answer", answer: { status: 503, body: {} } },
    });
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Seen", state: "Approved" });
    expect(alertTypes()).toEqual([]);
    await sweepAndFollow(bench);
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
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    await sweepAndFollow(bench);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Rejected" });
    decideByHand(id, "Approved");
    await sweepAndFollow(bench);
    expect(alertTypes()).toEqual(["ConnectionRejected", "ConnectionOverridden"]);
  });
});
