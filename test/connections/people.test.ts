import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sweep } from "../../src/lib/connections/sweep/sweep.ts";
import { settle } from "../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import type { ConnectionStatus } from "../../simulator/estate/world.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Living with what people do by hand, and with what nobody asked us about. */
const minute = 60_000;

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
  // Both services are met, so that what comes now is news.
  await bench.calm();
});
afterEach(() => bench.stop());

type Id = Parameters<Workbench["review"]>[0];
const types = () => bench.alerts.map(({ type }) => type.replace("Drawbridge.", ""));
const record = (id: Id) => bench.services.ledger.find(id);
const byHand = (id: Id, status: ConnectionStatus) => {
  settle({ emit: () => {} }, bench.onAzure(id), status, "by hand");
};
/** By the requester's own right: born Approved. */
const askAutomatic = (subscriptionId = subscriptions.landingZone, subnet = "snet-endpoints") => {
  bench.simulator.world.principals
    .get("requester")
    ?.assignments.push({ scope: `/subscriptions/${subscriptions.platform}`, actions: ["*"] });
  return bench.ask({ manual: false, subscriptionId, subnet });
};
const swept = async () => {
  bench.pass(5 * minute);
  await bench.follow(await bench.sweep());
};

describe("a held connection that a person decides", () => {
  it.each(["Approved", "Rejected"] as const)(
    "as %s is recorded as Overridden by a sweep, told once, and never fought",
    async (status) => {
      const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
      await swept();
      expect(await record(id)).toMatchObject({ phase: "Held", verdict: "hold" });
      byHand(id, status);
      for (let sweeps = 0; sweeps < 4; sweeps++) await swept();
      expect(await record(id)).toMatchObject({
        phase: "Overridden",
        state: status,
        reason: `somebody set it to ${status}; our verdict was hold`,
      });
      expect(bench.onAzure(id).status).toBe(status);
      expect(bench.puts()).toBe(0);
      expect(types()).toEqual(["ConnectionHeld", "ConnectionOverridden"]);
      expect((await bench.services.ledger.entries({}, { top: 10 })).items.map(({ kind }) => kind)).toEqual([
        "decision",
        "outcome",
      ]);
      expect((await bench.sweep()).due).toEqual([]);
    },
  );

  it("and that comes back as Pending is held again, and told again", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await swept();
    byHand(id, "Rejected");
    await swept();
    byHand(id, "Pending");
    // The requester asks once more, with the same words.
    bench.onAzure(id).description = "please";
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
    expect(types()).toEqual(["ConnectionHeld", "ConnectionOverridden", "ConnectionHeld"]);
  });
});

describe("a connection that goes through states between two sweeps", () => {
  it("and looks as before is reviewed all the same, although only the first event came", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await swept();
    // What the inventory shows now is explained.
    await bench.calm();
    byHand(id, "Rejected");
    bench.pass(1);
    await bench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Overridden", state: "Rejected" });
    byHand(id, "Pending");
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
  });

  it("because it came, was approved and went, is found to be gone", async () => {
    const id = await bench.ask();
    await bench.review(id);
    bench.orders.connections.delete(id.connectionName.toLowerCase());
    // Azure writes null now, which is no word: the service itself is read within a quarter of an hour.
    for (let sweeps = 0; sweeps < 5; sweeps++) await swept();
    expect(await record(id)).toMatchObject({ phase: "Gone" });
  });

  it("because we rejected it, and looks as before, is reviewed again", async () => {
    const watching = bench.under({ mode: "observe" });
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    await watching.calm();
    bench.pass(1);
    expect(await bench.review(id)).toMatchObject({ verdict: "reject", applied: true });
    byHand(id, "Pending");
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Rejected" });
    expect(bench.puts()).toBe(2);
  });

  it("and that a sweep was just explaining is not explained by what it read before", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await swept();
    const { ledger } = bench.services;
    let between: (() => Promise<unknown>) | undefined = () => {
      byHand(id, "Rejected");
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
    bench.pass(5 * minute);
    await sweep({ ...bench.services, ledger: slow }, 5 * minute);
    expect(between).toBeUndefined();
    byHand(id, "Pending");
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Held", state: "Pending" });
  });
});

describe("a connection that is Approved without us", () => {
  it("and that the policy would have approved is recorded, in silence", async () => {
    const id = await askAutomatic();
    await swept();
    expect(await record(id)).toMatchObject({
      phase: "Adopted",
      verdict: "approve",
      reason: expect.stringContaining("became Approved without us"),
    });
    expect(types()).toEqual([]);
    await swept();
    expect((await bench.sweep()).due).toEqual([]);
  });

  it.each([
    ["rejected", subscriptions.sandbox, "reject"],
    ["held, since it cannot tell", subscriptions.newTeam, "hold"],
  ])("and that the policy would have %s is told, and left as it is", async (_, subscriptionId, verdict) => {
    const id = await askAutomatic(subscriptionId);
    await swept();
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Adopted", verdict });
    expect(types()).toEqual(["ConnectionBypass"]);
    expect(bench.onAzure(id).status).toBe("Approved");
    expect(bench.puts()).toBe(0);
  });

  it("is not judged by a message that whoever approved it wrote over", async () => {
    bench = bench.under({ policy: "test/policy/corpus/by-message.yaml", parameters: {} });
    const id = await askAutomatic();
    bench.onAzure(id).description = "ticket 7";
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Adopted", verdict: "hold" });
    expect(types()).toEqual(["ConnectionBypass"]);
  });

  it("is judged without itself among those that took a place", async () => {
    const policy = "test/policy/corpus/one-place.yaml";
    const parameters = {};
    bench = bench.under({ policy, parameters });
    await askAutomatic();
    await swept();
    expect(types()).toEqual([]);
    await askAutomatic();
    await swept();
    expect(types()).toEqual(["ConnectionBypass"]);
  });

  it("after it was seen as Pending, but not yet held, is judged all the same", async () => {
    const id = await bench.ask({ subnet: "default" });
    bench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 3,
      does: { kind: "answer", answer: { status: 503, body: {} } },
    });
    await bench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Seen" });
    byHand(id, "Approved");
    bench.pass(minute);
    await bench.review(id);
    expect(types()).toEqual(["ConnectionBypass"]);
  });

  it("is judged later where its facts cannot be read for a moment", async () => {
    const id = await askAutomatic(subscriptions.landingZone, "default");
    bench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 3,
      does: { kind: "answer", answer: { status: 503, body: {} } },
    });
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Seen", state: "Approved" });
    expect(types()).toEqual([]);
    await swept();
    expect(types()).toEqual(["ConnectionBypass"]);
  });

  it("after it was adopted as Rejected, is judged", async () => {
    const fresh = await startWorkbench();
    try {
      const id = await fresh.ask({ subscriptionId: subscriptions.sandbox });
      settle({ emit: () => {} }, fresh.onAzure(id), "Rejected", "by hand");
      await fresh.calm();
      settle({ emit: () => {} }, fresh.onAzure(id), "Approved", "by hand");
      await fresh.calm();
      expect(fresh.alerts.map(({ type }) => type)).toEqual([
        "Drawbridge.ServiceAdopted",
        "Drawbridge.ConnectionBypass",
      ]);
    } finally {
      await fresh.stop();
    }
  });

  it("after a person rejected it, which Azure should not allow, is a bypass too", async () => {
    const id = await bench.ask({ subscriptionId: subscriptions.sandbox });
    await swept();
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Rejected" });
    byHand(id, "Approved");
    await swept();
    expect(types()).toEqual(["ConnectionRejected", "ConnectionOverridden"]);
  });
});

describe("what is known of a subscription", () => {
  const policy = "test/policy/corpus/by-group.yaml";
  const platform = () => bench.simulator.world.subscriptions.get(subscriptions.landingZone);

  it("may be five minutes old for an approval, which says how old", async () => {
    const grouped = bench.under({ policy, parameters: {} });
    const read = bench.services.clock.now();
    await grouped.review(await bench.ask());
    bench.pass(4 * minute);
    const decided = bench.services.clock.now();
    const queries = bench.simulator.seen.filter(({ path }) => path.endsWith("/resources")).length;
    const id = await bench.ask();
    expect(await grouped.review(id)).toMatchObject({ verdict: "approve", applied: true });
    expect(bench.simulator.seen.filter(({ path }) => path.endsWith("/resources"))).toHaveLength(queries);
    const { items } = await bench.services.ledger.entries({ connection: id.text }, { top: 5 });
    expect(items[0]).toMatchObject({ kind: "decision", at: decided.toISOString() });
    expect(items[0]).toMatchObject({ subscriptionsAt: read.toISOString() });
  });

  it("is read now where it would be rejected: a rejection cannot be undone", async () => {
    const grouped = bench.under({ policy, parameters: {} });
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "blocked", displayName: "" }] });
    await grouped.review(await bench.ask({ token: "partner", subscriptionId: subscriptions.partner }));
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "corp", displayName: "" }] });
    const id = await bench.ask();
    expect(await grouped.review(id)).toMatchObject({ verdict: "approve", applied: true });
    Object.assign(platform() ?? {}, { managementGroups: [{ name: "blocked", displayName: "" }] });
    bench.pass(6 * minute);
    expect(await grouped.review(await bench.ask())).toMatchObject({ verdict: "reject", applied: true });
  });
});

describe("a service that is first met for a connection that the inventory does not show yet", () => {
  it("has that looked for when it goes before the inventory ever shows it", async () => {
    const fresh = await startWorkbench();
    try {
      fresh.simulator.graph.freeze();
      const id = await fresh.ask();
      settle({ emit: () => {} }, fresh.onAzure(id), "Approved", "by hand");
      await fresh.review(id);
      expect(await fresh.services.ledger.find(id)).toMatchObject({ phase: "Adopted" });
      await fresh.follow(await fresh.sweep());
      fresh.orders.connections.clear();
      fresh.simulator.graph.thaw();
      for (let sweeps = 0; sweeps < 4; sweeps++) {
        fresh.pass(5 * minute);
        await fresh.follow(await fresh.sweep());
      }
      expect(await fresh.services.ledger.find(id)).toMatchObject({ phase: "Gone" });
    } finally {
      await fresh.stop();
    }
  });
});

describe("a service that cannot be read when it is first met", () => {
  const unreadable = ({ simulator }: Workbench) => {
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    const does = { kind: "answer", answer } as const;
    simulator.faults.add({ path: "/service/apim-orders", times: 4, after: 1, does });
  };

  it("keeps what waits for a person waiting, when it is met after that", async () => {
    const fresh = await startWorkbench();
    try {
      const id = await fresh.ask({ token: "partner", subscriptionId: subscriptions.partner });
      unreadable(fresh);
      expect(await fresh.review(id)).toMatchObject({ phase: "Held" });
      fresh.simulator.faults.clear();
      await fresh.follow(await fresh.sweep());
      const marks = [];
      for await (const mark of fresh.services.ledger.marks()) marks.push(mark.id.text);
      expect(marks).toEqual([id.text]);
    } finally {
      await fresh.stop();
    }
  });

  it("has nothing said of what was there before, until it can", async () => {
    const fresh = await startWorkbench();
    try {
      const id = await fresh.ask();
      settle({ emit: () => {} }, fresh.onAzure(id), "Approved", "by hand");
      unreadable(fresh);
      expect(await fresh.review(id)).toMatchObject({
        applied: false,
        reason: "its service, which was never read before, could not be read",
      });
      expect(await fresh.services.ledger.find(id)).toBeUndefined();
      fresh.simulator.faults.clear();
      await fresh.calm();
      expect(fresh.alerts.map(({ type }) => type)).toEqual(["Drawbridge.ServiceAdopted"]);
    } finally {
      await fresh.stop();
    }
  });
});
