import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { breakerStates } from "../../../src/lib/connections/breakers/breakers.ts";
import { servicesWithoutEvents } from "../../../src/lib/connections/breakers/requests-breaker.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** The breakers: a limit of approvals, and a hold during a flood of requests. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const raisedAlerts = () =>
  workbench.alerts.map(
    ({ type, subject }) => `${type.replace("Drawbridge.", "")} ${subject.split("/").at(-1)?.split(".")[0]}`,
  );
const breakerAlerts = () => raisedAlerts().filter((each) => each.startsWith("Breaker"));
const approved = (ids: readonly ConnectionId[]) =>
  ids.filter((id) => workbench.onAzure(id).status === "Approved").length;
const askMany = async (count: number, request: Parameters<Workbench["ask"]>[0] = {}) => {
  const ids: ConnectionId[] = [];
  for (let index = 0; index < count; index++) ids.push(await workbench.ask(request));
  return ids;
};
const sweepEvery = async (on: Workbench, periods: number) => {
  for (let index = 0; index < periods; index++) {
    workbench.pass(5 * minuteMs);
    await on.follow(await on.sweep());
  }
};

describe("a limit of approvals per hour", () => {
  it("holds the approvals above it with one alert, and approves them when the hour is over", async () => {
    const limited = workbench.under({ rateLimits: { approvalsPerHour: 3 } });
    const ids = await askMany(8);
    for (const id of ids) await limited.review(id);
    expect(approved(ids)).toBe(3);
    expect(await workbench.services.ledger.find(ids[5] as ConnectionId)).toMatchObject({
      phase: "Held",
      restrained: "approvals",
      reason: expect.stringMatching(
        /^the approvals breaker has been open since 2026-\S+Z: within an hour, as many connections were approved as DRAWBRIDGE_MAX_APPROVALS_PER_HOUR allows \(3\), so approvals wait until the number falls$/,
      ),
    });
    await sweepEvery(limited, 1);
    expect(breakerAlerts()).toEqual(["BreakerOpened approvals"]);
    const opened = workbench.alerts.find(({ type }) => type === "Drawbridge.BreakerOpened");
    const { reason } = (await workbench.services.ledger.find(ids[5] as ConnectionId)) ?? {};
    const remedy =
      "If so many are wanted, raise the setting; if not, stop the requester, add a reject rule, or reject by hand";
    expect(opened?.data).toMatchObject({ approvals: 3, max: 3, reason: `${reason}. ${remedy}` });
    expect(raisedAlerts().filter((each) => each.startsWith("ConnectionHeld"))).toEqual([]);
    // Not one more within the hour.
    await sweepEvery(limited, 10);
    expect(approved(ids)).toBe(3);
    await sweepEvery(limited, 2);
    expect(approved(ids)).toBe(6);
    await sweepEvery(limited, 13);
    expect(approved(ids)).toBe(8);
    await sweepEvery(limited, 13);
    expect(breakerAlerts().at(-1)).toBe("BreakerClosed approvals");
    expect(breakerAlerts().filter((each) => each.startsWith("BreakerOpened")).length).toBeLessThanOrEqual(3);
  });

  it("that is raised closes the breaker, and the sweep reviews all that waits for it", async () => {
    const ids = await askMany(5);
    const limited = workbench.under({ rateLimits: { approvalsPerHour: 2 } });
    for (const id of ids) await limited.review(id);
    expect(approved(ids)).toBe(2);
    await sweepEvery(workbench.under({ rateLimits: { approvalsPerHour: 100 } }), 1);
    expect(breakerAlerts().toSorted()).toEqual(["BreakerClosed approvals", "BreakerOpened approvals"]);
    expect(approved(ids)).toBe(5);
  });

  it("that is raised does not hurry a review that fails: each wait is twice as long as the one before", async () => {
    const ids = await askMany(2);
    for (const id of ids) await workbench.under({ rateLimits: { approvalsPerHour: 1 } }).review(id);
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    const path = ids[1]?.text.toLowerCase() ?? "";
    workbench.simulator.faults.add({ method: "GET", path, times: 1_000, does: { kind: "answer", answer } });
    await sweepEvery(workbench.under({ rateLimits: { approvalsPerHour: 100 } }), 9);
    const record = await workbench.services.ledger.find(ids[1] as ConnectionId);
    expect(record).toMatchObject({ phase: "Held", restrained: "approvals", attempts: 6 });
  });

  it("that has closed leaves what the policy holds to a person, with an alert", async () => {
    const policy = "test/policy/corpus/one-place.yaml";
    const limited = workbench.under({ policy, parameters: {}, rateLimits: { approvalsPerHour: 1 } });
    const [, payments] = [...workbench.simulator.world.services.values()];
    await limited.review(await workbench.ask({ serviceId: payments?.id ?? "" }));
    const id = await workbench.ask();
    await limited.review(id);
    expect(await workbench.services.ledger.find(id)).toMatchObject({
      phase: "Held",
      restrained: "approvals",
    });
    const other = await workbench.ask();
    setConnectionState({ emit: () => {} }, workbench.onAzure(other), "Approved", "by hand");
    await sweepEvery(limited, 13);
    expect(await workbench.services.ledger.find(id)).toMatchObject({ phase: "Held", verdict: "hold" });
    expect(raisedAlerts().filter((each) => each.startsWith("ConnectionHeld"))).toHaveLength(1);
  });

  it("is shared by all instances", async () => {
    const instances = Array.from({ length: 4 }, () =>
      workbench.under({ rateLimits: { approvalsPerHour: 5 } }),
    );
    const ids = await askMany(12);
    await Promise.all(ids.map((id, index) => (instances[index % 4] as Workbench).review(id)));
    await sweepEvery(instances[0] as Workbench, 3);
    expect(approved(ids)).toBe(5);
  });

  it("does not hold rejections", async () => {
    const limited = workbench.under({ rateLimits: { approvalsPerHour: 1 } });
    await limited.review(await workbench.ask());
    expect(
      await limited.review(await workbench.ask({ subscriptionId: subscriptions.sandbox })),
    ).toMatchObject({
      verdict: "reject",
      applied: true,
    });
  });

  it("does not count the approvals of mode observe", async () => {
    const watching = workbench.under({ mode: "observe", rateLimits: { approvalsPerHour: 1 } });
    for (const id of await askMany(3)) await watching.review(id);
    const state = await workbench.services.appState.read("breaker-approvals");
    expect(state).toBeUndefined();
  });
});

describe("a flood of requests", () => {
  it("holds everything with one alert and few calls to Azure, and closes when the flood ends", async () => {
    const guarded = workbench.under({ rateLimits: { requestsPerHour: 10 } });
    const ids = await askMany(30);
    const rejected = await workbench.ask({ subscriptionId: subscriptions.sandbox });
    for (const id of ids) await guarded.review(id);
    expect(approved(ids)).toBe(10);
    const before = workbench.simulator.seen.length;
    expect(await guarded.review(rejected)).toMatchObject({ applied: false, phase: "Held" });
    // Only the connection itself is read, none of its facts.
    expect(workbench.simulator.seen.length - before).toBe(1);
    await sweepEvery(guarded, 2);
    expect(raisedAlerts().filter((each) => !each.startsWith("ConnectionApproved"))).toEqual([
      "BreakerOpened requests",
    ]);
    expect(workbench.onAzure(rejected).status).toBe("Pending");
    await sweepEvery(guarded, 18);
    expect(breakerAlerts()).toEqual(["BreakerOpened requests", "BreakerClosed requests"]);
    expect(approved(ids)).toBe(30);
    expect(workbench.onAzure(rejected).status).toBe("Rejected");
  });

  it("is over with the next sweep where the limit is raised, in every mode", async () => {
    const ids = await askMany(6);
    const guarded = workbench.under({ rateLimits: { requestsPerHour: 3 } });
    for (const id of ids) await guarded.review(id);
    expect(approved(ids)).toBe(3);
    const raised = { requestsPerHour: 1_000 };
    await workbench.under({ rateLimits: raised }).review(ids[5] as ConnectionId, "http");
    expect(approved(ids)).toBe(4);
    await sweepEvery(workbench.under({ mode: "off", rateLimits: raised }), 1);
    expect(breakerAlerts().toSorted()).toEqual(["BreakerClosed requests", "BreakerOpened requests"]);
    await sweepEvery(workbench.under({ rateLimits: raised }), 1);
    expect(approved(ids)).toBe(6);
  });

  it("leaves earlier holds with their own reasons", async () => {
    const guarded = workbench.under({ rateLimits: { requestsPerHour: 2 } });
    const held = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await guarded.review(held);
    const before = await workbench.services.ledger.find(held);
    for (const id of await askMany(4)) await guarded.review(id);
    workbench.pass(61 * minuteMs);
    for (const id of await askMany(4)) await guarded.review(id);
    await guarded.review(held);
    expect(await workbench.services.ledger.find(held)).toMatchObject({
      phase: "Held",
      verdict: "hold",
      reason: before?.reason,
    });
  });
});

describe("missing events", () => {
  it("are alerted once if sweeps find most new requests, not counting those from before the first sweep", async () => {
    await askMany(6);
    await sweepEvery(workbench, 2);
    expect(raisedAlerts().filter((each) => each.startsWith("EventPathBroken"))).toEqual([
      "EventPathBroken events",
    ]);
    const { appState, clock } = workbench.services;
    const { requests } = await breakerStates(appState);
    const orders = workbench.orders.id.toLowerCase();
    expect(servicesWithoutEvents(requests, clock.now()).map((id) => id.toLowerCase())).toEqual([orders]);
    await askMany(3);
    await sweepEvery(workbench, 3);
    expect(raisedAlerts().filter((each) => each.startsWith("EventPathBroken"))).toHaveLength(1);
  });

  it("raise no alert if most events arrive", async () => {
    for (const id of await askMany(8)) await workbench.review(id, "event");
    await askMany(5);
    await sweepEvery(workbench, 2);
    const { appState, clock } = workbench.services;
    expect(servicesWithoutEvents((await breakerStates(appState)).requests, clock.now())).toEqual([]);
    expect(raisedAlerts().filter((each) => each.startsWith("EventPathBroken"))).toEqual([]);
  });

  it("raise no alert at the first sweep", async () => {
    const fresh = await startWorkbench();
    try {
      for (let index = 0; index < 8; index++) await fresh.ask();
      for (let sweeps = 0; sweeps < 3; sweeps++) {
        await fresh.follow(await fresh.sweep());
        fresh.pass(5 * minuteMs);
      }
      expect(fresh.alerts.map(({ type }) => type).filter((type) => type.includes("Event"))).toEqual([]);
    } finally {
      await fresh.stop();
    }
  });
});
