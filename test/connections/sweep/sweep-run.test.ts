import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { minuteMs } from "../../../src/lib/clock.ts";
import { sweeps } from "../../../src/lib/connections/sweep/sweep-pass.ts";
import type { Run } from "../../../src/lib/estate/scan-run-row.ts";
import { generatedEstate, landingZones } from "../../../simulator/estate/generate.ts";
import { serviceIdOf } from "../../ids.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** The lease and the checkpoint of a sweep. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await estateOf(2_500);
});
afterEach(() => workbench.stop());

async function estateOf(services: number): Promise<Workbench> {
  const world = generatedEstate({ services, subscriptions: 1, pending: 0, approved: 0, seed: 5 });
  const hosts = [...world.subscriptions.keys()].filter((id) => !landingZones.includes(id));
  return (await startWorkbench(world)).under({ landingZones, scope: { subscriptions: hosts } });
}

const run = () => workbench.services.appState.read<Run>(sweeps.row);
const queries = () => workbench.simulator.seen.filter(({ path }) => path.endsWith("/resources")).length;
const failing = (after: number, answer: { status: number; body: object } = { status: 503, body: {} }) => {
  workbench.simulator.faults.add({
    method: "POST",
    path: "/resources",
    after,
    times: 3,
    does: { kind: "answer", answer },
  });
};

describe("a sweep", () => {
  it("runs one at a time", async () => {
    const [one, two] = await Promise.all([workbench.sweep(), workbench.sweep()]);
    expect([one.stopped, two.stopped].filter((each) => each === "another sweep is running")).toHaveLength(1);
    // Three pages of the inventory.
    expect(queries()).toBe(3);
  });

  it("continues at the page where the previous one stopped", async () => {
    failing(2);
    expect(await workbench.sweep()).toMatchObject({
      unread: ["the inventory"],
      stopped: "the inventory could not be read (failed)",
      services: 2_000,
    });
    expect((await run())?.endedAt).toBeUndefined();
    const before = queries();
    workbench.pass(5 * minuteMs);
    const rest = await workbench.sweep();
    expect(rest).toMatchObject({ services: 500, unread: [] });
    expect(queries() - before).toBe(1);
    // Services on earlier pages are not missing from the inventory; it has null for the connections of the others.
    const last = [...workbench.simulator.world.services.values()]
      .map(({ id }) => serviceIdOf(id).text)
      .toSorted();
    expect(rest.due.map(({ text }) => text).toSorted()).toEqual(last.slice(2_000));
    expect((await run())?.endedAt).toBeDefined();
    expect((await workbench.sweep()).services).toBe(2_500);
  });

  it("starts over if Resource Graph has forgotten the page", async () => {
    failing(2);
    await workbench.sweep();
    workbench.simulator.faults.clear();
    workbench.pass(5 * minuteMs);
    const answer = { status: 400, body: { error: { code: "BadRequest" } } };
    workbench.simulator.faults.add({
      method: "POST",
      path: "/resources",
      times: 3,
      does: { kind: "answer", answer },
    });
    expect(await workbench.sweep()).toMatchObject({ services: 2_500, unread: [] });
  });

  it("ends at once in mode off, and is not overdue when the mode changes", async () => {
    await workbench.stop();
    workbench = await estateOf(5);
    await workbench.sweep();
    const off = workbench.under({ mode: "off" });
    for (let times = 0; times < 6; times++) {
      workbench.pass(5 * minuteMs);
      expect(await off.sweep()).toMatchObject({ due: [], stopped: "mode off: nothing is swept" });
    }
    workbench.pass(5 * minuteMs);
    await workbench.follow(await workbench.sweep());
    expect(workbench.alerts).toEqual([]);
  });

  it("starts over if the page is too old", async () => {
    failing(1);
    await workbench.sweep();
    workbench.pass(40 * minuteMs);
    expect((await workbench.sweep()).services).toBe(2_500);
  });

  it("is taken over after its process ended", async () => {
    const { appState, clock } = workbench.services;
    await appState.update<Run>(sweeps.row, () => ({
      value: {
        owner: "gone",
        startedAt: clock.now().toISOString(),
        leaseUntil: new Date(clock.now().getTime() + 2 * minuteMs).toISOString(),
        periodMs: 5 * minuteMs,
      },
    }));
    expect((await workbench.sweep()).stopped).toBe("another sweep is running");
    workbench.pass(3 * minuteMs);
    expect(await workbench.sweep()).toMatchObject({ services: 2_500 });
  });

  it("stops if another took over, and leaves the row to it", async () => {
    const { azure, appState } = workbench.services;
    const stolen = {
      ...workbench.services,
      azure: {
        ...azure,
        inventory: async (...asked: Parameters<typeof azure.inventory>) => {
          await appState.update<Run>(sweeps.row, (found) => found && { value: { ...found, owner: "other" } });
          return azure.inventory(...asked);
        },
      },
    };
    const { sweep } = await import("../../../src/lib/connections/sweep/sweep.ts");
    expect((await sweep(stolen, 5 * minuteMs)).stopped).toBe("another sweep took over");
    expect((await run())?.owner).toBe("other");
  });

  it("that never ends is alerted, once after each completed one", async () => {
    const overdue = () => workbench.alerts.filter(({ type }) => type === "Drawbridge.SweepOverdue").length;
    const halfAnHourInVain = async () => {
      for (let times = 0; times < 6; times++) {
        failing(0, { status: 403, body: { error: { code: "AuthorizationFailed" } } });
        workbench.pass(5 * minuteMs);
        await workbench.follow(await workbench.sweep());
        workbench.simulator.faults.clear();
      }
      return overdue();
    };
    await workbench.sweep();
    expect(await halfAnHourInVain()).toBe(1);
    workbench.pass(5 * minuteMs);
    await workbench.sweep();
    expect(await halfAnHourInVain()).toBe(2);
  });
});
