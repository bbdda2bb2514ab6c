import { afterEach, describe, expect, it } from "vitest";
import { requestConnection } from "../../../simulator/estate/generate.ts";
import { seeded } from "../../../simulator/random.ts";
import { hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { sweep } from "../../../src/lib/connections/sweep/sweep.ts";
import { phasesOf, requestsOf, servicesOf, startEstate, statesOf } from "./generated-estate.ts";
import { type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let workbench: Workbench;
afterEach(() => workbench.stop());

const { alertTypes } = observationsOf(() => workbench);

describe("the cost of a sweep", () => {
  it("is the inventory alone if nothing changed", async () => {
    workbench = await startEstate({ services: 300, subscriptions: 3, pending: 5, approved: 20 });
    await workbench.calm();
    const before = workbench.simulator.seen.length;
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      workbench.pass(5 * minuteMs);
      const swept = await workbench.sweep();
      expect(swept).toMatchObject({ due: [], services: 300, unread: [] });
    }
    expect(requestsOf(workbench, before)).toEqual({ "POST resources": 3 });
  });

  it("includes no read of explained records", async () => {
    workbench = await startEstate({ services: 30, pending: 5, approved: 20 });
    await workbench.calm();
    let read = 0;
    const { ledger } = workbench.services;
    const counted: typeof ledger = {
      ...ledger,
      connections: (...asked) => {
        read++;
        return ledger.connections(...asked);
      },
    };
    workbench.pass(5 * minuteMs);
    await sweep({ ...workbench.services, ledger: counted }, 5 * minuteMs);
    expect(read).toBe(0);
    requestConnection(workbench.simulator.world, servicesOf(workbench), 4, {
      status: "Pending",
      random: seeded(1),
    });
    await sweep({ ...workbench.services, ledger: counted }, 5 * minuteMs);
    expect(read).toBe(1);
  });

  it(
    "includes a direct read of every service within a day, a few at a time",
    { timeout: 60_000 },
    async () => {
      workbench = await startEstate({ services: 100 });
      await workbench.calm();
      const before = workbench.simulator.seen.length;
      let most = 0;
      for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
        workbench.pass(5 * minuteMs);
        const swept = await workbench.sweep();
        most = Math.max(most, swept.due.length);
        await workbench.follow(swept);
      }
      const read = new Set(workbench.simulator.seen.slice(before).map(({ path }) => path));
      // All were read at once before, when services with null connections were new.
      for (const { id } of servicesOf(workbench)) expect(read).toContain(id);
      expect(most).toBeLessThanOrEqual(2);
    },
  );
});

describe("the first sweep of an existing estate", () => {
  it("raises one summary per service, no bypass and no breaker", { timeout: 180_000 }, async () => {
    workbench = await startEstate({ services: 150, approved: 3_000 });
    await workbench.follow(await workbench.sweep());
    expect(alertTypes().length).toBe(150);
    expect(new Set(alertTypes())).toEqual(new Set(["ServiceAdopted"]));
    expect(new Set(workbench.alerts.map(({ subject }) => subject)).size).toBe(150);
    expect(workbench.puts()).toBe(0);
    let adopted = 0;
    let continuation: string | undefined;
    do {
      const page = await workbench.services.ledger.connections(
        { phase: "Adopted" },
        { top: 1000, ...(continuation === undefined ? {} : { continuation }) },
      );
      adopted += page.items.length;
      ({ continuation } = page as { continuation?: string });
    } while (continuation !== undefined);
    expect(adopted).toBe(3_000);
    workbench.pass(25 * hourMs);
    // Each sweep reads a service directly: the rotation never ends.
    for (let sweeps = 0; sweeps < 40; sweeps++) {
      await workbench.follow(await workbench.sweep());
      workbench.pass(5 * minuteMs);
    }
    // The only other alert is about the day without a sweep.
    expect(alertTypes().slice(150)).toEqual(["SweepOverdue"]);
  });

  it("reviews what is Pending", async () => {
    workbench = await startEstate({ services: 3, approved: 6, pending: 6 });
    await workbench.calm();
    expect(statesOf(workbench).filter((each) => each.endsWith("Pending"))).toEqual([]);
    expect(alertTypes().filter((type) => type === "ServiceAdopted")).toHaveLength(3);
    expect(alertTypes().filter((type) => type === "ConnectionApproved")).toHaveLength(6);
    expect(alertTypes()).toHaveLength(9);
  });
});

describe("without events", () => {
  it(
    "the result is the same as with every event delivered ten times in random order",
    { timeout: 60_000 },
    async () => {
      const size = { services: 12, approved: 12, pending: 18 };
      workbench = await startEstate(size);
      await workbench.calm();
      const [swept, recorded] = [statesOf(workbench), await phasesOf(workbench)];
      await workbench.stop();
      workbench = await startEstate(size);
      const ids = await everyConnection();
      const chance = seeded(11);
      const events = ids.flatMap((id) => Array.from({ length: 10 }, () => [chance(), id] as const));
      for (const [, id] of events.toSorted(([a], [b]) => a - b)) await workbench.review(id, "event");
      expect(statesOf(workbench)).toEqual(swept);
      await workbench.calm();
      expect([statesOf(workbench), await phasesOf(workbench)]).toEqual([swept, recorded]);
      expect(workbench.puts()).toBe(18);
    },
  );
});

async function everyConnection() {
  const page = await workbench.services.azure.inventory("all");
  if (page.kind === "unknown") throw new Error(page.reason);
  return page.value.items.flatMap(({ connections = [] }) => connections.map(({ id }) => id));
}
