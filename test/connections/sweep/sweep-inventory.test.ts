import { afterEach, describe, expect, it } from "vitest";
import { requestConnection } from "../../../simulator/estate/generate.ts";
import { seeded } from "../../../simulator/random.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { governedServices } from "../../../src/lib/estate/governed-services.ts";
import { phasesOf, requestsOf, servicesOf, startEstate, statesOf } from "./generated-estate.ts";
import { type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let bench: Workbench;
afterEach(() => bench.stop());

const { alertTypes } = observationsOf(() => bench);

describe("an inventory that is wrong", () => {
  const ask = (index = 0) =>
    requestConnection(bench.simulator.world, servicesOf(bench), index, {
      status: "Pending",
      random: seeded(index),
    });
  const stateOf = (id: string) =>
    statesOf(bench).find((each) => each.startsWith(id.split("/").at(-1)?.split(".")[0] ?? ""));

  it("that lags delays new connections, and repeats nothing that it still shows", async () => {
    bench = await startEstate({ services: 2 });
    await bench.calm();
    bench.simulator.graph.freeze();
    const id = ask();
    expect((await bench.sweep()).due).toEqual([]);
    bench.simulator.graph.thaw();
    const swept = await bench.sweep();
    bench.simulator.graph.freeze();
    await bench.follow(swept);
    expect(stateOf(id)).toMatch(/Approved$/);
    // The inventory still shows it as Pending.
    for (let sweeps = 0; sweeps < 3; sweeps++) await bench.follow(await bench.sweep());
    expect(bench.puts()).toBe(1);
    bench.simulator.graph.thaw();
    await bench.calm();
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });

  it("that lacks the connections makes the sweep read the service directly", async () => {
    bench = await startEstate({ services: 3, pending: 3 });
    bench.simulator.graph.withhold("privateEndpointConnections");
    await bench.follow(await bench.sweep());
    expect(statesOf(bench).every((each) => each.endsWith("Approved"))).toBe(true);
    const id = ask(1);
    bench.pass(16 * minuteMs);
    await bench.follow(await bench.sweep());
    expect(stateOf(id)).toMatch(/Approved$/);
  });

  it(
    "that covers a part of the subscriptions is said to, and the rest is read directly",
    { timeout: 60_000 },
    async () => {
      const estate = await startEstate({ services: 6, subscriptions: 3 });
      bench = estate.under({ scope: { subscriptions: [], tags: [{ name: "owner" }] } });
      await bench.calm();
      bench.simulator.graph.limitSubscriptions(1);
      const id = ask(5);
      for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
        bench.pass(5 * minuteMs);
        const swept = await bench.sweep();
        expect(swept.stopped).toContain("may read more than 10,000 subscriptions");
        expect(swept.unread).toContain("a part of the inventory");
        await bench.follow(swept);
      }
      expect(stateOf(id)).toMatch(/Approved$/);
      const { azure, scope } = bench.services;
      await expect(governedServices(azure, scope).next()).rejects.toThrow(/more than 10,000 subscriptions/);
      bench.simulator.graph.clear();
      bench.pass(5 * minuteMs);
      expect((await bench.sweep()).stopped).toBeUndefined();
    },
  );

  it("that shows no connections of a service delays them by at most a day", { timeout: 30_000 }, async () => {
    bench = await startEstate({ services: 3 });
    await bench.calm();
    bench.simulator.graph.freeze();
    const id = ask(2);
    for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
      bench.pass(5 * minuteMs);
      await bench.follow(await bench.sweep());
    }
    expect(stateOf(id)).toMatch(/Approved$/);
  });

  it("that lacks a known service makes the sweep read it directly, and nothing of it becomes Gone", async () => {
    bench = await startEstate({ services: 3, approved: 3 });
    await bench.calm();
    const [hidden] = servicesOf(bench);
    bench.simulator.graph.hide(hidden?.id ?? "");
    const id = ask(0);
    bench.pass(16 * minuteMs);
    await bench.follow(await bench.sweep());
    expect(stateOf(id)).toMatch(/Approved$/);
    expect((await phasesOf(bench)).filter((each) => each.endsWith("Gone"))).toEqual([]);
  });

  it(
    "that lacks an unknown service delays it until its subscription is listed, within a day",
    { timeout: 30_000 },
    async () => {
      bench = await startEstate({ services: 3, pending: 3 });
      for (const { id } of servicesOf(bench)) bench.simulator.graph.hide(id);
      for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
        bench.pass(5 * minuteMs);
        await bench.follow(await bench.sweep());
      }
      expect(statesOf(bench).every((each) => each.endsWith("Approved"))).toBe(true);
    },
  );

  it("that is empty makes nothing Gone or forgotten", async () => {
    bench = await startEstate({ services: 3, approved: 6 });
    await bench.calm();
    for (const { id } of servicesOf(bench)) bench.simulator.graph.hide(id);
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      bench.pass(6 * minuteMs);
      await bench.follow(await bench.sweep());
    }
    expect(new Set((await phasesOf(bench)).map((each) => each.split(" ").at(-1)))).toEqual(
      new Set(["Adopted"]),
    );
    bench.simulator.graph.clear();
    await bench.calm();
    expect(alertTypes()).toEqual(["ServiceAdopted", "ServiceAdopted", "ServiceAdopted"]);
  });

  it.each([
    ["a refusal", { status: 403, body: { error: { code: "AuthorizationFailed" } } }],
    ["no table", { status: 200, body: { data: {} } }],
    ["a table that is cut off", { status: 200, body: { data: [], resultTruncated: "true" } }],
    ["nothing", { status: 200, body: {} }],
    ["HTML", { status: 502, body: "<html>" }],
  ])("that answers %s is reported as unread", async (_, answer) => {
    bench = await startEstate({ services: 2, pending: 1 });
    bench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      times: 100,
      does: { kind: "answer", answer },
    });
    expect(await bench.sweep()).toMatchObject({ due: [], unread: ["the inventory"] });
    bench.simulator.faults.clear();
    await bench.calm();
    expect(statesOf(bench).every((each) => each.endsWith("Approved"))).toBe(true);
  });

  it("that shows a service no longer governed makes it forgotten, and adopted anew if it is governed again", async () => {
    bench = await startEstate({ services: 4, subscriptions: 2, approved: 4 });
    await bench.calm();
    const [kept = ""] = bench.services.scope.subscriptions;
    const less = bench.under({ scope: { subscriptions: [kept] } });
    bench.pass(16 * minuteMs);
    await less.calm();
    const before = bench.simulator.seen.length;
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      bench.pass(16 * minuteMs);
      await less.follow(await less.sweep());
    }
    // The inventory of each sweep.
    expect(requestsOf(bench, before)).toEqual({ "POST resources": 5 });
    // Nothing is unfinished where nothing is governed.
    for await (const { id } of bench.services.ledger.openReviews())
      expect(id.service.subscriptionId).toBe(kept);
    const added = servicesOf(bench).filter(({ subscriptionId }) => subscriptionId !== kept);
    for (let index = 0; index < 2; index++)
      requestConnection(bench.simulator.world, added, index, {
        status: "Approved",
        random: seeded(9 + index),
      });
    await bench.calm();
    const raisedAlerts = bench.alerts.filter(({ type }) => type !== "Drawbridge.SweepOverdue");
    expect(new Set(raisedAlerts.map(({ type }) => type))).toEqual(new Set(["Drawbridge.ServiceAdopted"]));
    expect(new Set(raisedAlerts.map(({ id }) => id)).size).toBe(6);
  });

  it("that no longer shows a deleted service makes its connections Gone after two reads", async () => {
    bench = await startEstate({ services: 2, approved: 2 });
    await bench.calm();
    const [gone] = servicesOf(bench);
    bench.simulator.world.services.delete(gone?.id.toLowerCase() ?? "");
    for (let sweeps = 0; sweeps < 6; sweeps++) {
      bench.pass(16 * minuteMs);
      await bench.follow(await bench.sweep());
    }
    expect((await phasesOf(bench)).filter((each) => each.endsWith("Gone"))).toHaveLength(1);
    const before = bench.simulator.seen.length;
    bench.pass(16 * minuteMs);
    await bench.follow(await bench.sweep());
    expect(requestsOf(bench, before)).toEqual({ "POST resources": 1 });
  });
});
