import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const { alertTypes, record } = observationsOf(() => bench);

describe("a sweep", () => {
  it("finds what events missed, and nothing once everything is settled", async () => {
    const ids = [await bench.ask(), await bench.ask({ subscriptionId: subscriptions.sandbox })];
    const swept = await bench.sweep();
    // A service that was never read is read directly, with all its connections.
    expect(swept.due.map(({ text }) => text)).toContain(bench.orders.id);
    await bench.follow(swept);
    expect(ids.map((id) => bench.onAzure(id).status)).toEqual(["Approved", "Rejected"]);
    for (let sweeps = 0; sweeps < 3; sweeps++) await bench.follow(await bench.sweep());
    expect((await bench.sweep()).due).toEqual([]);
  });

  it("finds what an attempt left unfinished when its process ended", async () => {
    await bench.calm();
    const id = await bench.ask();
    const died = { ...bench.services.azure, setState: () => Promise.reject(new Error("the process ended")) };
    const attempt = review(
      { ...bench.services, azure: died },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    await expect(attempt).rejects.toThrow("the process ended");
    expect((await record(id))?.phase).toBe("Applying");
    expect(await bench.review(id)).toMatchObject({ reason: "another review of it is at work" });
    // Whether it was sent is unknown, so it is awaited for as long as Azure may take.
    bench.pass(5 * minuteMs);
    expect((await bench.sweep()).due).toMatchObject([{ text: id.text }]);
    expect(await bench.review(id, "sweep")).toMatchObject({ phase: "Applying", applied: false });
    bench.pass(5 * minuteMs);
    expect((await bench.sweep()).due).toMatchObject([{ text: id.text }]);
    expect(await bench.review(id, "sweep")).toMatchObject({ applied: true });
    expect(bench.puts()).toBe(1);
  });

  it("delivers alerts that a process had no time to deliver", async () => {
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await review(
      { ...bench.services, alerts: bench.deaf },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    expect(bench.alerts).toEqual([]);
    bench.pass(2 * hourMs);
    await bench.review(id);
    expect(alertTypes()).toEqual(["ConnectionHeld"]);
  });

  it("finds a held connection that a person decided", async () => {
    await bench.calm();
    const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await bench.review(id);
    setConnectionState({ emit: () => {} }, bench.onAzure(id), "Approved", "by hand");
    expect((await bench.sweep()).due).toMatchObject([{ text: id.text }]);
  });

  it("names a subscription that it could not read, and sweeps the others", async () => {
    const scope = { subscriptions: [subscriptions.partner, subscriptions.platform] };
    const id = await bench.ask();
    const swept = await bench.under({ scope }).sweep();
    // The inventory has null for a service without connections, and for connections that it lacks: it is read directly.
    const without = id.service.text.replace("apim-orders", "apim-payments");
    expect(swept.due).toMatchObject([{ text: id.service.text }, { text: without }]);
    // The inventory omits what the app may not read; the resource provider reports it, once a day.
    bench.pass(dayMs);
    expect((await bench.under({ scope }).sweep()).unread).toEqual([subscriptions.partner]);
  });
});
