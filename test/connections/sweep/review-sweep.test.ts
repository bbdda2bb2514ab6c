import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes, record } = observationsOf(() => workbench);

describe("a sweep", () => {
  it("finds what events missed, and nothing once everything is settled", async () => {
    const ids = [await workbench.ask(), await workbench.ask({ subscriptionId: subscriptions.sandbox })];
    const swept = await workbench.sweep();
    // A service that was never read is read directly, with all its connections.
    expect(swept.due.map(({ text }) => text)).toContain(workbench.orders.id);
    await workbench.follow(swept);
    expect(ids.map((id) => workbench.onAzure(id).status)).toEqual(["Approved", "Rejected"]);
    for (let sweeps = 0; sweeps < 3; sweeps++) await workbench.follow(await workbench.sweep());
    expect((await workbench.sweep()).due).toEqual([]);
  });

  it("finds what an attempt left unfinished when its process ended", async () => {
    await workbench.calm();
    const id = await workbench.ask();
    const died = {
      ...workbench.services.azure,
      setState: () => Promise.reject(new Error("the process ended")),
    };
    const attempt = review(
      { ...workbench.services, azure: died },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    await expect(attempt).rejects.toThrow("the process ended");
    expect((await record(id))?.phase).toBe("Applying");
    expect(await workbench.review(id)).toMatchObject({ reason: "another review of it is at work" });
    // Whether it was sent is unknown, so it is awaited for as long as Azure may take.
    workbench.pass(5 * minuteMs);
    expect((await workbench.sweep()).due).toMatchObject([{ text: id.text }]);
    expect(await workbench.review(id, "sweep")).toMatchObject({ phase: "Applying", applied: false });
    workbench.pass(5 * minuteMs);
    expect((await workbench.sweep()).due).toMatchObject([{ text: id.text }]);
    expect(await workbench.review(id, "sweep")).toMatchObject({ applied: true });
    expect(workbench.puts()).toBe(1);
  });

  it("delivers alerts that a process had no time to deliver", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await review(
      { ...workbench.services, alerts: workbench.deaf },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    expect(workbench.alerts).toEqual([]);
    workbench.pass(2 * hourMs);
    await workbench.review(id);
    expect(alertTypes()).toEqual(["ConnectionHeld"]);
  });

  it("finds a held connection that a person decided", async () => {
    await workbench.calm();
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await workbench.review(id);
    setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Approved", "by hand");
    expect((await workbench.sweep()).due).toMatchObject([{ text: id.text }]);
  });

  it("names a subscription that it could not read, and sweeps the others", async () => {
    const scope = { subscriptions: [subscriptions.partner, subscriptions.platform] };
    const id = await workbench.ask();
    const swept = await workbench.under({ scope }).sweep();
    // The inventory has null for a service without connections, and for connections that it lacks: it is read directly.
    const without = id.service.text.replace("apim-orders", "apim-payments");
    expect(swept.due).toMatchObject([{ text: id.service.text }, { text: without }]);
    // The inventory omits what the app may not read; the resource provider reports it, once a day.
    workbench.pass(dayMs);
    expect((await workbench.under({ scope }).sweep()).unread).toEqual([subscriptions.partner]);
  });
});
