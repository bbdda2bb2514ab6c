import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { knownRead, mapRead } from "../../../src/lib/estate/read.ts";
import { startSlowAzure, type SlowAzure } from "../slow-azure.ts";
import { observationsOf } from "../observations.ts";

/** The line of connections that wait for a service's write lock. */

let slow: SlowAzure;
beforeEach(async () => {
  slow = await startSlowAzure();
});
afterEach(() => slow.workbench.stop());

const { alertTypes, record } = observationsOf(() => slow.workbench);

describe("a difficulty", () => {
  it("counts as one attempt, however many events arrive before its retry", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    const { connection } = slow.azure;
    const other = await slow.workbench.ask();
    slow.azure = { ...slow.azure, service: () => Promise.resolve({ kind: "unknown", reason: "throttled" }) };
    let reads = 0;
    slow.azure = {
      ...slow.azure,
      connection: (each) => {
        reads++;
        return connection(each);
      },
    };
    for (let seconds = 0; seconds < 10; seconds++) {
      await slow.come(other);
      slow.workbench.pass(1_000);
    }
    expect(await record(other)).toMatchObject({ attempts: 1 });
    expect(reads).toBeLessThanOrEqual(2);
    expect(alertTypes()).toEqual([]);
  });
});

describe("ten requests at one service", () => {
  it("are decided at once, and written one after the other with one PUT each", async () => {
    const ids: ConnectionId[] = [];
    for (let index = 0; index < 10; index++) ids.push(await slow.workbench.ask());
    for (const id of ids) {
      await slow.come(id);
      slow.workbench.pass(1);
    }
    const phases = await Promise.all(ids.map(async (id) => (await record(id))?.phase));
    expect(phases).toEqual(["Applying", ...Array.from({ length: 9 }, () => "Decided")]);
    expect(await slow.workbench.services.ledger.entries({ kind: "decision" }, { top: 20 })).toMatchObject({
      items: { length: 10 },
    });
    let minutes = 0;
    while (ids.some((id) => slow.workbench.onAzure(id).status === "Pending") && minutes++ < 60)
      await slow.pass(minuteMs);
    expect(slow.puts.map(({ text }) => text)).toEqual(ids.map(({ text }) => text));
    expect(minutes).toBeLessThanOrEqual(40);
    await slow.pass(minuteMs);
    for (const id of ids) expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(alertTypes()).toEqual(ids.map(() => "ConnectionApproved"));
  });

  it("continue if the message for the next one is lost", async () => {
    const ids = [await slow.workbench.ask(), await slow.workbench.ask(), await slow.workbench.ask()];
    for (const id of ids) await slow.come(id);
    for (let minutes = 0; minutes < 60; minutes += 5) {
      slow.workbench.queued.length = 0;
      await slow.pass(5 * minuteMs);
      for (const id of (await slow.workbench.sweep()).due)
        if (id.kind === "connection") await slow.come(id, "sweep");
    }
    for (const id of ids) expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(slow.puts).toHaveLength(3);
  });

  it("wait seconds, not minutes, for a service that is still Updating, however long they waited in line", async () => {
    const updatingUntil = () => (slow.underWay === undefined ? 0 : slow.underWay.doneAt + 20_000);
    const { service } = slow.azure;
    slow.azure.service = async (id) => {
      const read = await service(id);
      const provisioningState = knownRead(slow.now() < updatingUntil() ? "Updating" : "Succeeded");
      return mapRead(read, (value) => ({ ...value, provisioningState }));
    };
    const [first, second] = [await slow.workbench.ask(), await slow.workbench.ask()];
    await slow.come(first);
    if (slow.underWay !== undefined) slow.underWay = { ...slow.underWay, doneAt: slow.now() + 40 * minuteMs };
    await slow.come(second);
    const ready = updatingUntil();
    while (slow.now() < ready - 5_000) await slow.pass(5_000);
    expect(await record(first)).toMatchObject({ phase: "Applied" });
    expect(slow.puts).toHaveLength(1);
    for (let seconds = 0; seconds < 20; seconds += 5) await slow.pass(5_000);
    expect(slow.puts).toHaveLength(2);
  });

  it("are each reviewed once for all earlier events while they wait", async () => {
    const requestedAt = slow.workbench.services.clock.now();
    const ids = [await slow.workbench.ask(), await slow.workbench.ask()];
    for (const id of ids) {
      await slow.come(id);
      slow.workbench.pass(1);
    }
    for (const id of ids)
      expect(
        await review(
          { ...slow.workbench.services, azure: slow.azure },
          { id, cause: "event", actor: "test", requestedAt },
        ),
      ).toMatchObject({ reason: "a review that began after this request was made covered it" });
  });

  it("do not count towards the hour's approvals while they wait", async () => {
    const limited = slow.workbench.under({ rateLimits: { approvalsPerHour: 2 } });
    const ids: ConnectionId[] = [];
    for (let index = 0; index < 3; index++) ids.push(await slow.workbench.ask());
    const request = { cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    for (let times = 0; times < 4; times++)
      for (const id of ids) await review({ ...limited.services, azure: slow.azure }, { ...request, id });
    expect(alertTypes()).toEqual([]);
    expect((await record(ids[2] as ConnectionId))?.phase).toBe("Decided");
  });
});
