import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { hourMs, minuteMs } from "../../../src/lib/clock.ts";
import type { PutOutcome } from "../../../src/lib/connections/azure-connections.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { startSlowAzure, type SlowAzure } from "../slow-azure.ts";
import { observationsOf } from "../observations.ts";

/** Writes that take minutes. */

let slow: SlowAzure;
beforeEach(async () => {
  slow = await startSlowAzure();
});
afterEach(() => slow.workbench.stop());

const { alertTypes, record } = observationsOf(() => slow.workbench);

describe("an approval of three minutes", () => {
  it("is one PUT, however many events arrive, and Applied when Azure shows it", async () => {
    const id = await slow.workbench.ask();
    expect(await slow.come(id)).toMatchObject({ phase: "Applying", applied: false });
    for (let seconds = 0; seconds < 170; seconds += 10) {
      await slow.pass(10_000);
      await slow.come(id);
      await reviewService({ ...slow.workbench.services, azure: slow.azure }, id.service, {
        cause: "event",
        actor: "test",
        requestedAt: slow.workbench.services.clock.now(),
      });
    }
    expect(await record(id)).toMatchObject({ phase: "Applying", attempts: 0 });
    await slow.pass(10_000);
    expect(await record(id)).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(slow.puts).toHaveLength(1);
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });

  it("becomes Applied without any event, by its own retries", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    for (let seconds = 0; seconds < 240; seconds += 10) await slow.pass(10_000, { echo: false });
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(slow.puts).toHaveLength(1);
  });

  it("that fails on Azure is recorded in the chain and sent again", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    if (slow.underWay !== undefined) slow.underWay.status = "failed";
    await slow.pass(slow.operationMs);
    expect(await record(id)).toMatchObject({
      phase: "Decided",
      attempts: 1,
      difficulty: "Azure's operation failed (InternalFailure)",
    });
    for (let minutes = 0; minutes < 5; minutes++) await slow.pass(minuteMs);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(slow.puts).toHaveLength(2);
  });

  it("that takes over an hour is alerted, still followed, and not sent again", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    if (slow.underWay !== undefined) slow.underWay = { ...slow.underWay, doneAt: slow.now() + 3 * hourMs };
    for (let minutes = 0; minutes < 130; minutes += 2) {
      await slow.pass(2 * minuteMs);
      await slow.come(id, "sweep");
    }
    expect(await record(id)).toMatchObject({ phase: "Applying", attempts: 0 });
    expect(alertTypes()).toEqual(["ConnectionSlow"]);
    expect(slow.puts).toHaveLength(1);
    for (let minutes = 0; minutes < 120; minutes += 10) {
      await slow.pass(10 * minuteMs);
      await slow.come(id, "sweep");
    }
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(slow.puts).toHaveLength(1);
  });

  it("that Azure is too busy for waits as long as Azure says, whatever events arrive, and is no failure", async () => {
    const id = await slow.workbench.ask();
    slow.answers = Array.from({ length: 12 }, () => ({
      kind: "busy" as const,
      code: "PessimisticConcurrencyConflict",
      retryAfterMs: 10 * minuteMs,
    }));
    await slow.come(id);
    for (let seconds = 0; seconds < 100; seconds += 10) {
      await slow.pass(10_000);
      await slow.come(id);
    }
    expect(slow.puts).toHaveLength(1);
    for (let minutes = 0; minutes < 150; minutes++) await slow.pass(minuteMs);
    expect(slow.puts).toHaveLength(13);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });
});

describe("a write", () => {
  const approvals = async () =>
    Object.values(
      (await slow.workbench.services.appState.read<{ minutes: Record<string, number> }>("breaker-approvals"))
        ?.minutes ?? {},
    ).reduce((sum, count) => sum + count, 0);
  const entries = async () =>
    (await slow.workbench.services.ledger.entries({}, { top: 50 })).items.map((entry) =>
      entry.kind === "decision"
        ? entry.verdict.kind
        : entry.kind === "outcome"
          ? `${entry.phase}: ${entry.reason}`
          : "",
    );
  const refused: PutOutcome = { kind: "refused", code: "403 AuthorizationFailed" };

  it("does not count towards the hour's approvals while Azure is busy", async () => {
    const id = await slow.workbench.ask();
    slow.answers = Array.from({ length: 6 }, () => ({
      kind: "busy" as const,
      code: "409",
      retryAfterMs: minuteMs,
    }));
    await slow.come(id);
    for (let minutes = 0; minutes < 16; minutes++) await slow.pass(minuteMs);
    expect(slow.puts.length).toBe(7);
    expect(await approvals()).toBe(1);
  });

  it("is not sent again because one read of its operation fails", async () => {
    const id = await slow.workbench.ask();
    await slow.come(id);
    if (slow.underWay !== undefined) slow.underWay = { ...slow.underWay, doneAt: slow.now() + 30 * minuteMs };
    for (let minutes = 0; minutes < 12; minutes++) await slow.pass(minuteMs);
    const { operation } = slow.azure;
    slow.azure = {
      ...slow.azure,
      operation: () => Promise.resolve({ kind: "unknown", reason: "timed-out" }),
    };
    for (let minutes = 0; minutes < 4; minutes++) await slow.pass(minuteMs);
    slow.azure = { ...slow.azure, operation };
    for (let minutes = 0; minutes < 20; minutes++) await slow.pass(minuteMs);
    expect(slow.puts).toHaveLength(1);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
  });

  it("is awaited while Azure shows an undocumented state", async () => {
    const id = await slow.workbench.ask();
    const { connection } = slow.azure;
    slow.azure = {
      ...slow.azure,
      connection: async (each) => {
        const read = await connection(each);
        return slow.puts.length === 0 || read.kind === "unknown"
          ? read
          : { kind: "known", value: { ...read.value, state: "Succeeded" } };
      },
    };
    expect(await slow.come(id)).toMatchObject({ phase: "Applying" });
    slow.azure = { ...slow.azure, connection };
    for (let minutes = 0; minutes < 5; minutes++) await slow.pass(minuteMs);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
  });

  it("keeps the write lock when another endpoint takes its connection's name", async () => {
    const [id, other] = [await slow.workbench.ask(), await slow.workbench.ask()];
    await slow.come(id);
    const { endpointId } = slow.workbench.onAzure(id);
    slow.workbench.orders.connections.set(id.connectionName, {
      ...slow.workbench.onAzure(id),
      endpointId: `${endpointId}-again`,
    });
    slow.workbench.pass(30_000);
    await slow.come(id);
    await slow.come(other);
    expect(slow.puts.map(({ text }) => text)).toEqual([id.text]);
    expect((await slow.workbench.services.ledger.head(id.service)).writeLock?.connection).toBe(id.text);
  });

  it("without any sign is recorded in the chain as lost before anything else is decided", async () => {
    const id = await slow.workbench.ask();
    slow.answers = [{ kind: "unclear", code: "ECONNRESET" }];
    await slow.come(id);
    slow.workbench.pass(11 * minuteMs);
    await review(
      { ...slow.workbench.under({ landingZones: [] }).services, azure: slow.azure },
      { id, cause: "http", actor: "test", requestedAt: slow.workbench.services.clock.now() },
    );
    expect(await entries()).toEqual([
      "approve",
      "Decided: Azure showed no sign of the write, so it counts as lost",
      "hold",
    ]);
  });

  it("that never arrived does not make a person's approval ours", async () => {
    const id = await slow.workbench.ask();
    slow.answers = [{ kind: "unclear", code: "ECONNRESET" }];
    await slow.come(id);
    setConnectionState({ emit: () => {} }, slow.workbench.onAzure(id), "Approved", "by ana");
    slow.workbench.pass(minuteMs);
    await slow.come(id);
    expect(await record(id)).toMatchObject({ phase: "Overridden" });
    expect(alertTypes()).toEqual(["ConnectionOverridden"]);
  });

  it("that Azure refuses is alerted once, and releases the write lock at once", async () => {
    const ids = [await slow.workbench.ask(), await slow.workbench.ask(), await slow.workbench.ask()];
    slow.answers = Array.from({ length: 30 }, () => refused);
    for (let hours = 0; hours < 4; hours++) {
      for (const id of ids) await slow.come(id, "sweep");
      for (let seconds = 0; seconds < 10; seconds++) await slow.pass(1_000);
      expect(
        (await slow.workbench.services.ledger.head((ids[0] as ConnectionId).service)).writeLock,
      ).toBeUndefined();
      slow.workbench.pass(hourMs);
    }
    expect(alertTypes()).toEqual(ids.map(() => "ConnectionFailed"));
    expect(await approvals()).toBe(0);
  });

  it.each<[string, PutOutcome]>([
    ["is too busy for", { kind: "busy", code: "409 Conflict", retryAfterMs: 10 * minuteMs }],
    ["accepts and never performs", { kind: "accepted" }],
  ])("that Azure %s, for days, is alerted once as slow, and is no failure", async (_, answer) => {
    const id = await slow.workbench.ask();
    slow.answers = Array.from({ length: 1_000 }, () => answer);
    await slow.come(id);
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes += 15) {
      await slow.pass(15 * minuteMs);
      await slow.come(id);
    }
    expect(alertTypes()).toEqual(["ConnectionSlow"]);
    expect(slow.workbench.alerts[0]?.data.reason).toMatch(/^not done after a day: Azure/);
    expect(await record(id)).toMatchObject({ attempts: 0, slow: { toldAt: expect.any(String) as string } });
    slow.answers = [];
    for (let minutes = 0; minutes < 90; minutes += 15) {
      await slow.pass(15 * minuteMs);
      await slow.come(id);
    }
    expect(await record(id)).toMatchObject({ phase: "Applied" });
    expect(await record(id)).not.toHaveProperty("slow");
  });

  it("that ends within its attempt queues the next in line", async () => {
    const [first, second] = [await slow.workbench.ask(), await slow.workbench.ask()] as const;
    const instance = slow.workbench.under({});
    slow.azure = {
      ...slow.azure,
      setState: async ({ id }) => {
        slow.puts.push(id);
        if (id.text === first.text)
          await review(
            { ...instance.services, azure: slow.azure },
            { id: second, cause: "event", actor: "test", requestedAt: slow.workbench.services.clock.now() },
          );
        return refused;
      },
    };
    await slow.come(first);
    expect((await record(second))?.queuedAt).toBeDefined();
    expect(slow.workbench.queued.map(({ id }) => id.text)).toContain(second.text);
  });
});
