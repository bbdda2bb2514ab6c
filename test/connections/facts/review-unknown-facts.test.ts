import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes, entries } = observationsOf(() => workbench);
const path = (id: { text: string }) => id.text.toLowerCase();

describe("an unreadable fact", () => {
  it.each([429, 500, 503])(
    "because of a transient %s is retried before it leads to a hold",
    async (status) => {
      const id = await workbench.ask();
      workbench.simulator.faults.add({
        method: "GET",
        path: "/privateendpoints/",
        times: 100,
        does: { kind: "answer", answer: { status, body: {} } },
      });
      expect(await workbench.review(id)).toMatchObject({ verdict: "hold", phase: "Seen", applied: false });
      expect(await entries()).toEqual([]);
      expect(await workbench.unfinished()).toBe(1);
      workbench.simulator.faults.clear();
      workbench.pass(minuteMs);
      expect(await workbench.review(id)).toMatchObject({ applied: true });
    },
  );

  it("leads to a hold, with an alert, if it stays unreadable", async () => {
    const id = await workbench.ask();
    workbench.simulator.faults.add({
      method: "GET",
      path: "/privateendpoints/",
      times: 1_000,
      does: { kind: "answer", answer: { status: 403, body: { error: { code: "AuthorizationFailed" } } } },
    });
    for (let times = 0; times < 3; times++) {
      await workbench.review(id);
      workbench.pass(hourMs);
    }
    expect(alertTypes()).toEqual(["ConnectionHeld"]);
  });

  it.each([
    ["an empty answer", { status: 200, body: {} }],
    ["a page of HTML", { status: 200, body: "<html>" }],
  ])("leads to no action if Azure sends %s for the connection", async (_, answer) => {
    const id = await workbench.ask();
    workbench.simulator.faults.add({
      method: "GET",
      path: path(id),
      times: 100,
      does: { kind: "answer", answer },
    });
    expect(await workbench.review(id)).toMatchObject({ applied: false });
    expect(workbench.puts()).toBe(0);
    workbench.simulator.faults.clear();
    workbench.pass(minuteMs);
    expect(await workbench.review(id)).toMatchObject({ applied: true });
  });

  it("of the service leads to a hold", async () => {
    const id = await workbench.ask();
    const empty = { kind: "answer", answer: { status: 200, body: {} } } as const;
    workbench.simulator.faults.add({
      method: "GET",
      path: "/service/apim-orders",
      times: 100,
      after: 1,
      does: empty,
    });
    const result = await workbench.review(id);
    expect(result).toMatchObject({
      verdict: "hold",
      unknown: [{ field: "counts.approved", reason: "empty-answer" }],
    });
    expect(workbench.puts()).toBe(0);
  });
});
