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
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const { alertTypes, record } = observationsOf(() => bench);

describe("a service that is adopted for a connection that the inventory does not show yet", () => {
  it("records the connection as Gone if it is deleted before the inventory ever shows it", async () => {
    bench.simulator.graph.freeze();
    const id = await bench.ask();
    setConnectionState({ emit: () => {} }, bench.onAzure(id), "Approved", "by hand");
    await bench.review(id);
    expect(await record(id)).toMatchObject({ phase: "Adopted" });
    await bench.follow(await bench.sweep());
    bench.orders.connections.clear();
    bench.simulator.graph.thaw();
    for (let sweeps = 0; sweeps < 4; sweeps++) {
      await sweepAndFollow(bench);
    }
    expect(await record(id)).toMatchObject({ phase: "Gone" });
  });
});

describe("a service that something else than a sweep finds first", () => {
  it.each([
    ["a review of one connection", (id: ConnectionId) => bench.review(id)],
    [
      "a call for all of it",
      ({ service }: ConnectionId) =>
        reviewService(bench.services, service, {
          cause: "http",
          actor: "ana",
          requestedAt: bench.services.clock.now(),
        }),
    ],
  ])("counts as read since its adoption: %s", async (_, first) => {
    const rows = memoryRows();
    await bench.stop();
    bench = await startWorkbench(undefined, rows);
    const at = bench.services.clock.now().toISOString();
    await first(await bench.ask());
    bench.pass(minuteMs);
    // An approval changes a state, so that nothing is explained until the inventory shows it.
    await bench.review(await bench.ask());
    expect(await rowsListings(rows).services()).toMatchObject([{ isExplained: false, readAt: at }]);
  });
});

describe("a service whose first review was interrupted", () => {
  it("lists a connection as Adopted whose review ended before it could list that", async () => {
    const rows = memoryRows();
    await bench.stop();
    bench = await startWorkbench(undefined, rows);
    const { clock, ledger } = bench.services;
    bench.orders.connections.clear();
    const id = await bench.ask();
    setConnectionState({ emit: () => {} }, bench.onAzure(id), "Approved", "by hand");
    const at = clock.now().toISOString();
    const seen = await ledger.add({ id, phase: "Seen", firstSeenAt: at, attempts: 0 });
    await ledger.endAttempt(await ledger.openReview(id), { until: at }, seen);
    await ledger.openReview(id);
    await ledger.save({ ...seen, phase: "Adopted", state: "Approved", reviewedAt: at });
    await reviewService(bench.services, id.service, {
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
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    unreadable(bench);
    expect(await bench.review(id)).toMatchObject({ phase: "Held" });
    bench.simulator.faults.clear();
    await bench.follow(await bench.sweep());
    const open = [];
    for await (const each of bench.services.ledger.openReviews()) open.push(each.id.text);
    expect(open).toEqual([id.text]);
  });

  it("records no earlier connection until it can be adopted", async () => {
    const id = await bench.ask();
    setConnectionState({ emit: () => {} }, bench.onAzure(id), "Approved", "by hand");
    unreadable(bench);
    expect(await bench.review(id)).toMatchObject({
      applied: false,
      reason: "its service, which was never read before, could not be read",
    });
    expect(await record(id)).toBeUndefined();
    bench.simulator.faults.clear();
    await bench.calm();
    expect(alertTypes()).toEqual(["ServiceAdopted"]);
  });
});
