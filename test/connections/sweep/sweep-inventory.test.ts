import { afterEach, describe, expect, it } from "vitest";
import { requestConnection } from "../../../simulator/estate/generate.ts";
import { seeded } from "../../../simulator/random.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { governedServices } from "../../../src/lib/estate/governed-services.ts";
import { phasesOf, requestsOf, servicesOf, startEstate, statesOf } from "./generated-estate.ts";
import { type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let workbench: Workbench;
afterEach(() => workbench.stop());

const { alertTypes } = observationsOf(() => workbench);

describe("an inventory that is wrong", () => {
  const ask = (index = 0) =>
    requestConnection(workbench.simulator.world, servicesOf(workbench), index, {
      status: "Pending",
      random: seeded(index),
    });
  const stateOf = (id: string) =>
    statesOf(workbench).find((each) => each.startsWith(id.split("/").at(-1)?.split(".")[0] ?? ""));

  it("that lags delays new connections, and repeats nothing that it still shows", async () => {
    workbench = await startEstate({ services: 2 });
    await workbench.calm();
    workbench.simulator.graph.freeze();
    const id = ask();
    expect((await workbench.sweep()).due).toEqual([]);
    workbench.simulator.graph.thaw();
    const swept = await workbench.sweep();
    workbench.simulator.graph.freeze();
    await workbench.follow(swept);
    expect(stateOf(id)).toMatch(/Approved$/);
    // The inventory still shows it as Pending.
    for (let sweeps = 0; sweeps < 3; sweeps++) await workbench.follow(await workbench.sweep());
    expect(workbench.puts()).toBe(1);
    workbench.simulator.graph.thaw();
    await workbench.calm();
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });

  it("that lacks the connections makes the sweep read the service directly", async () => {
    workbench = await startEstate({ services: 3, pending: 3 });
    workbench.simulator.graph.withhold("privateEndpointConnections");
    await workbench.follow(await workbench.sweep());
    expect(statesOf(workbench).every((each) => each.endsWith("Approved"))).toBe(true);
    const id = ask(1);
    workbench.pass(16 * minuteMs);
    await workbench.follow(await workbench.sweep());
    expect(stateOf(id)).toMatch(/Approved$/);
  });

  it(
    "that covers a part of the subscriptions is said to, and the rest is read directly",
    { timeout: 60_000 },
    async () => {
      const estate = await startEstate({ services: 6, subscriptions: 3 });
      workbench = estate.under({ scope: { subscriptions: [], tags: [{ name: "owner" }] } });
      await workbench.calm();
      workbench.simulator.graph.limitSubscriptions(1);
      const id = ask(5);
      for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
        workbench.pass(5 * minuteMs);
        const swept = await workbench.sweep();
        expect(swept.stopped).toContain("may read more than 10,000 subscriptions");
        expect(swept.unread).toContain("a part of the inventory");
        await workbench.follow(swept);
      }
      expect(stateOf(id)).toMatch(/Approved$/);
      const { azure, scope } = workbench.services;
      await expect(governedServices(azure, scope).next()).rejects.toThrow(/more than 10,000 subscriptions/);
      workbench.simulator.graph.clear();
      workbench.pass(5 * minuteMs);
      expect((await workbench.sweep()).stopped).toBeUndefined();
    },
  );

  it("that shows no connections of a service delays them by at most a day", { timeout: 30_000 }, async () => {
    workbench = await startEstate({ services: 3 });
    await workbench.calm();
    workbench.simulator.graph.freeze();
    const id = ask(2);
    for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
      workbench.pass(5 * minuteMs);
      await workbench.follow(await workbench.sweep());
    }
    expect(stateOf(id)).toMatch(/Approved$/);
  });

  it("that lacks a known service makes the sweep read it directly, and nothing of it becomes Gone", async () => {
    workbench = await startEstate({ services: 3, approved: 3 });
    await workbench.calm();
    const [hidden] = servicesOf(workbench);
    workbench.simulator.graph.hide(hidden?.id ?? "");
    const id = ask(0);
    workbench.pass(16 * minuteMs);
    await workbench.follow(await workbench.sweep());
    expect(stateOf(id)).toMatch(/Approved$/);
    expect((await phasesOf(workbench)).filter((each) => each.endsWith("Gone"))).toEqual([]);
  });

  it(
    "that lacks an unknown service delays it until its subscription is listed, within a day",
    { timeout: 30_000 },
    async () => {
      workbench = await startEstate({ services: 3, pending: 3 });
      for (const { id } of servicesOf(workbench)) workbench.simulator.graph.hide(id);
      for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
        workbench.pass(5 * minuteMs);
        await workbench.follow(await workbench.sweep());
      }
      expect(statesOf(workbench).every((each) => each.endsWith("Approved"))).toBe(true);
    },
  );

  it("that is empty makes nothing Gone or forgotten", async () => {
    workbench = await startEstate({ services: 3, approved: 6 });
    await workbench.calm();
    for (const { id } of servicesOf(workbench)) workbench.simulator.graph.hide(id);
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      workbench.pass(6 * minuteMs);
      await workbench.follow(await workbench.sweep());
    }
    expect(new Set((await phasesOf(workbench)).map((each) => each.split(" ").at(-1)))).toEqual(
      new Set(["Adopted"]),
    );
    workbench.simulator.graph.clear();
    await workbench.calm();
    expect(alertTypes()).toEqual(["ServiceAdopted", "ServiceAdopted", "ServiceAdopted"]);
  });

  it.each([
    ["a refusal", { status: 403, body: { error: { code: "AuthorizationFailed" } } }],
    ["no table", { status: 200, body: { data: {} } }],
    ["a table that is cut off", { status: 200, body: { data: [], resultTruncated: "true" } }],
    ["nothing", { status: 200, body: {} }],
    ["HTML", { status: 502, body: "<html>" }],
  ])("that answers %s is reported as unread", async (_, answer) => {
    workbench = await startEstate({ services: 2, pending: 1 });
    workbench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      times: 100,
      does: { kind: "answer", answer },
    });
    expect(await workbench.sweep()).toMatchObject({ due: [], unread: ["the inventory"] });
    workbench.simulator.faults.clear();
    await workbench.calm();
    expect(statesOf(workbench).every((each) => each.endsWith("Approved"))).toBe(true);
  });

  it("that shows a service no longer governed makes it forgotten, and adopted again if it is governed again", async () => {
    workbench = await startEstate({ services: 4, subscriptions: 2, approved: 4 });
    await workbench.calm();
    const [kept = ""] = workbench.services.scope.subscriptions;
    const less = workbench.under({ scope: { subscriptions: [kept] } });
    workbench.pass(16 * minuteMs);
    await less.calm();
    const before = workbench.simulator.seen.length;
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      workbench.pass(16 * minuteMs);
      await less.follow(await less.sweep());
    }
    // The inventory of each sweep.
    expect(requestsOf(workbench, before)).toEqual({ "POST resources": 5 });
    // Nothing is unfinished where nothing is governed.
    for await (const { id } of workbench.services.ledger.openReviews())
      expect(id.service.subscriptionId).toBe(kept);
    const added = servicesOf(workbench).filter(({ subscriptionId }) => subscriptionId !== kept);
    for (let index = 0; index < 2; index++)
      requestConnection(workbench.simulator.world, added, index, {
        status: "Approved",
        random: seeded(9 + index),
      });
    await workbench.calm();
    const raisedAlerts = workbench.alerts.filter(({ type }) => type !== "Drawbridge.SweepOverdue");
    expect(new Set(raisedAlerts.map(({ type }) => type))).toEqual(new Set(["Drawbridge.ServiceAdopted"]));
    expect(new Set(raisedAlerts.map(({ id }) => id)).size).toBe(6);
  });

  it("that no longer shows a deleted service makes its connections Gone after two reads", async () => {
    workbench = await startEstate({ services: 2, approved: 2 });
    await workbench.calm();
    const [gone] = servicesOf(workbench);
    workbench.simulator.world.services.delete(gone?.id.toLowerCase() ?? "");
    for (let sweeps = 0; sweeps < 6; sweeps++) {
      workbench.pass(16 * minuteMs);
      await workbench.follow(await workbench.sweep());
    }
    expect((await phasesOf(workbench)).filter((each) => each.endsWith("Gone"))).toHaveLength(1);
    const before = workbench.simulator.seen.length;
    workbench.pass(16 * minuteMs);
    await workbench.follow(await workbench.sweep());
    expect(requestsOf(workbench, before)).toEqual({ "POST resources": 1 });
  });
});
