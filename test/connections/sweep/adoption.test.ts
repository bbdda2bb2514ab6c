import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { rowsListings } from "../../../src/lib/state/listings.ts";
import { memoryRows } from "../../../src/lib/state/memory-rows.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** Services that are reviewed for the first time. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes, record } = observationsOf(() => workbench);

describe("a service that is adopted for a connection that the inventory does not show yet", () => {
  it("records the connection as Gone if it is deleted before the inventory ever shows it", async () => {
    workbench.simulator.graph.freeze();
    const id = await workbench.ask();
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Approved", "by hand");
    await workbench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Adopted" });
    await workbench.follow(await workbench.sweep());
    workbench.orders.connections.clear();
    workbench.simulator.graph.thaw();
    for (let sweeps = 0; sweeps < 4; sweeps++) {
      await sweepAndFollow(workbench);
    }
    expect(await record(id)).toMatchObject({ phase: "Gone" });
  });
});

describe("a service that something else than a sweep finds first", () => {
  it.each([
    ["a review of one connection", (id: ConnectionId) => workbench.review(id)],
    [
      "a call for all of it",
      ({ service }: ConnectionId) =>
        reviewService(workbench.services, service, {
          cause: "http",
          actor: "ana",
          requestedAt: workbench.services.clock.now(),
        }),
    ],
  ])("counts as read since its adoption: %s", async (_, first) => {
    const rows = memoryRows();
    await workbench.stop();
    workbench = await startWorkbench(undefined, rows);
    const at = workbench.services.clock.now().toISOString();
    await first(await workbench.ask());
    workbench.pass(minuteMs);
    // An approval changes a state, so that nothing is explained until the inventory shows it.
    await workbench.review(await workbench.ask());
    expect(await rowsListings(rows).services()).toMatchObject([{ isExplained: false, readAt: at }]);
  });
});

describe("a service whose first review was interrupted", () => {
  it("lists a connection as Adopted whose review ended before it could list that", async () => {
    const rows = memoryRows();
    await workbench.stop();
    workbench = await startWorkbench(undefined, rows);
    const { clock, ledger } = workbench.services;
    workbench.orders.connections.clear();
    const id = await workbench.ask();
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Approved", "by hand");
    const at = clock.now().toISOString();
    const seen = await ledger.add({ id, phase: "Seen", firstSeenAt: at, attempts: 0 });
    await ledger.endAttempt(await ledger.openReview(id), { until: at }, seen);
    await ledger.openReview(id);
    await ledger.save({ ...seen, phase: "Adopted", state: "Approved", reviewedAt: at });
    await reviewService(workbench.services, id.service, {
      cause: "http",
      actor: "http:ana",
      requestedAt: clock.now(),
    });
    const { items } = await rowsListings(rows).connections({ phase: "Adopted" }, { top: 10 });
    expect(items.map((each) => each.id.text)).toContain(id.text);
  });
});

describe("a service that cannot be read at its first review", () => {
  const unreadable = ({ simulator }: Workbench) => {
    const answer = { status: 403, body: { error: { code: "AuthorizationFailed" } } };
    const does = { kind: "answer", answer } as const;
    simulator.faults.add({ path: "/service/apim-orders", times: 4, after: 1, does });
  };

  it("keeps the review of a held connection open when it is adopted later", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    unreadable(workbench);
    expect(await workbench.review(id)).toMatchObject({ phase: "Held" });
    workbench.simulator.faults.clear();
    await workbench.follow(await workbench.sweep());
    const open = [];
    for await (const each of workbench.services.ledger.openReviews()) open.push(each.id.text);
    expect(open).toEqual([id.text]);
  });

  it("records no earlier connection until it can be adopted", async () => {
    const id = await workbench.ask();
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Approved", "by hand");
    unreadable(workbench);
    expect(await workbench.review(id)).toMatchObject({
      applied: false,
      reason: "its service, which was never read before, could not be read",
    });
    expect(await record(id)).toBeUndefined();
    workbench.simulator.faults.clear();
    await workbench.calm();
    expect(alertTypes()).toEqual(["ServiceAdopted"]);
  });
});
