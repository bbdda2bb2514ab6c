import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { hourMs } from "../../../src/lib/clock.ts";
import type { Azure } from "../../../src/lib/connections/azure-connections.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import type { ReviewServices } from "../../../src/lib/connections/review/ports.ts";
import { dnsReadinessOf } from "../../../src/lib/connections/review/dns-readiness.ts";
import { mapRead, unknownRead } from "../../../src/lib/estate/read.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

/** Rare outcomes of an approval, each forced by a test. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes } = observationsOf(() => workbench);
const reviewWith = (changes: Partial<ReviewServices>, id: ConnectionId) => {
  const services = { ...workbench.services, ...changes };
  return review(services, { id, cause: "sweep", actor: "test", requestedAt: workbench.services.clock.now() });
};
/** Azure, with another read of the connection after the PUT. */
const readAfterPut = (connection: Azure["connection"]): Pick<ReviewServices, "azure"> => ({
  azure: {
    ...workbench.services.azure,
    connection: (id) => (workbench.puts() === 0 ? workbench.services.azure.connection(id) : connection(id)),
  },
});

describe("an approval", () => {
  it.each([
    ["before its turn is taken", 0],
    ["before it is written", 1],
  ])("waits if another instance takes the service's write lock %s", async (_, before) => {
    const id = await workbench.ask();
    const { ledger } = workbench.services;
    let places = 0;
    const taken: typeof ledger.saveWithWriteLock = (record, until) =>
      until === undefined || places++ < before
        ? ledger.saveWithWriteLock(record, until)
        : Promise.resolve(undefined);
    await reviewWith({ ledger: { ...ledger, saveWithWriteLock: taken } }, id);
    expect(workbench.puts()).toBe(0);
    expect(await ledger.find(id)).toMatchObject({ phase: "Decided" });
    expect((await ledger.find(id))?.queuedAt).toBeDefined();
    workbench.pass(hourMs);
    expect(await reviewWith({}, id)).toMatchObject({ applied: true, phase: "Applied" });
  });

  it("that Azure is too busy for waits if another connection took the write lock meanwhile", async () => {
    const id = await workbench.ask();
    const { ledger } = workbench.services;
    const answer = { status: 429, body: { error: { code: "TooManyRequests" } } };
    workbench.simulator.faults.add({
      method: "PUT",
      path: id.text.toLowerCase(),
      does: { kind: "answer", answer },
    });
    const lost: typeof ledger.saveWithWriteLock = (record, until) =>
      until !== undefined && workbench.puts() > 0
        ? Promise.resolve(undefined)
        : ledger.saveWithWriteLock(record, until);
    await reviewWith({ ledger: { ...ledger, saveWithWriteLock: lost } }, id);
    const kept = await ledger.find(id);
    expect(kept).toMatchObject({ phase: "Decided", difficulty: "Azure was busy (TooManyRequests)" });
    expect(kept?.nextAt).toBeDefined();
  });

  it("that ends in the opposite state under our decision's id is recorded as overridden", async () => {
    const id = await workbench.ask();
    const opposite = readAfterPut(async (each) =>
      mapRead(await workbench.services.azure.connection(each), (value) => ({
        ...value,
        state: "Rejected" as const,
      })),
    );
    expect(await reviewWith(opposite, id)).toMatchObject({ phase: "Overridden" });
    await workbench.follow({ due: [], services: 0, unread: [] });
    expect(alertTypes()).toEqual(["ConnectionOverridden"]);
  });

  it("of a connection that is deleted right after it does not count as applied", async () => {
    const id = await workbench.ask();
    const gone = readAfterPut(() => Promise.resolve(unknownRead("not-found")));
    expect(await reviewWith(gone, id)).toMatchObject({ applied: false });
    expect((await workbench.services.ledger.find(id))?.missingSince).toBeDefined();
    workbench.pass(hourMs);
    await reviewWith(gone, id);
    expect(await workbench.services.ledger.find(id)).toMatchObject({ phase: "Gone" });
    expect(workbench.puts()).toBe(1);
  });

  it("of a connection that was not found, then shown, is Gone only after two further answers that it is not there", async () => {
    const id = await workbench.ask();
    const gone = readAfterPut(() => Promise.resolve(unknownRead("not-found")));
    await reviewWith(gone, id);
    workbench.pass(hourMs);
    await reviewWith({}, id);
    expect((await workbench.services.ledger.find(id))?.missingSince).toBeUndefined();
    workbench.pass(hourMs);
    await reviewWith(gone, id);
    expect((await workbench.services.ledger.find(id))?.phase).not.toBe("Gone");
  });

  it("that cannot be read ten times in a row is Failed with one alert, is not sent again, and is found applied", async () => {
    const id = await workbench.ask();
    const unread = readAfterPut(() => Promise.resolve(unknownRead("forbidden")));
    for (let times = 0; times < 14; times++) {
      await reviewWith(unread, id);
      workbench.pass(2 * hourMs);
    }
    const failed = await workbench.services.ledger.find(id);
    expect(failed).toMatchObject({
      phase: "Failed",
      failedWith: "the connection could not be read (forbidden), 10 times in a row",
    });
    expect(failed?.write).toBeDefined();
    await workbench.follow({ due: [], services: 0, unread: [] });
    expect(alertTypes()).toEqual(["ConnectionFailed"]);
    // It keeps the write lock, so another connection waits: this write may still be under way.
    expect((await workbench.services.ledger.head(id.service)).writeLock?.connection).toBe(id.text);

    const untold = readAfterPut(async (each) => {
      const read = await workbench.services.azure.connection(each);
      if (read.kind === "unknown") return read;
      const { description: _, ...value } = read.value;
      return { kind: "known", value };
    });
    expect(await reviewWith(untold, id)).toMatchObject({ phase: "Applied" });
    expect(workbench.puts()).toBe(1);
  });

  it("has unknown DNS readiness if Azure does not name the endpoint", async () => {
    const id = await workbench.ask();
    const record = await workbench.services.ledger.add({
      id,
      phase: "Seen",
      firstSeenAt: "2026-11-24T08:00:00Z",
      attempts: 0,
    });
    expect(await dnsReadinessOf(workbench.services.azure, record)).toEqual({
      dns: "unknown",
      reason: "no-endpoint",
    });
  });
});
