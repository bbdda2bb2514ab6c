import type { Timer } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reevaluate } from "../../../src/functions/reevaluate.ts";
import { sweepConnections } from "../../../src/functions/sweep-connections.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { noTelemetry } from "../../../src/lib/telemetry.ts";
import { continueReevaluation } from "../../../src/lib/connections/reevaluation/continue-reevaluation.ts";
import {
  beginReevaluation,
  failReevaluation,
  reevaluationStatus,
  stalledReevaluations,
} from "../../../src/lib/connections/reevaluation/reevaluation.ts";
import {
  addActive,
  activeReevaluations,
} from "../../../src/lib/connections/reevaluation/active-reevaluations.ts";
import { parseLargeScope } from "../../../src/lib/connections/reevaluation/large-scope.ts";
import { timerWatch } from "../../../src/lib/estate/overdue.ts";
import type { Workbench } from "../../workbench.ts";
import { httpRequest } from "../../http-request.ts";
import { startEstate } from "../sweep/generated-estate.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startEstate({ services: 1_200, subscriptions: 2, pending: 12 });
});
afterEach(() => workbench.stop());

const services = () => ({ ...workbench.services, appState: workbench.addresses.appState });
const scopeOf = (text: string) => {
  const scope = parseLargeScope(text);
  if (scope === undefined) throw new Error(`${text} is no large scope`);
  return scope;
};
const defaults = { dryRun: false, states: ["Pending"], actor: "http" };
const begin = (text: string, more: Partial<typeof defaults> = {}) =>
  beginReevaluation(services(), scopeOf(text), { ...defaults, ...more });
const status = (id: string) => reevaluationStatus(workbench.addresses.appState, id);
/** The queue `reevaluations`, and what a function put into its outputs. */
const queue = { type: "queue", name: "q", queueName: "reevaluations", connection: "" };
let sent: Map<unknown, unknown>;
beforeEach(() => {
  sent = new Map();
});

const approved = () =>
  [...workbench.simulator.world.services.values()]
    .flatMap(({ connections }) => [...connections.values()])
    .filter((each) => each.status === "Approved").length;

describe("a reevaluation", () => {
  it("reviews everything governed and reports the results", async () => {
    const { id, needsMessage } = await begin("all");
    expect(needsMessage).toBe(true);
    expect(await status(id)).toMatchObject({ scope: "all", services: 0 });
    expect(await continueReevaluation(services(), id)).toBe(false);
    expect(await status(id)).toMatchObject({
      services: 12,
      unread: [],
      counts: { approve: 12 },
      applied: 12,
      endedAt: expect.any(String),
    });
    expect(approved()).toBe(12);
  });

  it("changes nothing as a dry run", async () => {
    const { id } = await begin("all", { dryRun: true });
    await continueReevaluation(services(), id);
    expect(await status(id)).toMatchObject({ counts: { approve: 12 }, applied: 0 });
    expect(approved()).toBe(0);
  });

  it("of a subscription leaves other subscriptions alone", async () => {
    const [subscription = ""] = workbench.services.scope.subscriptions;
    const { id } = await begin(`/subscriptions/${subscription}`);
    await continueReevaluation(services(), id);
    const found = await status(id);
    expect(found?.results.every(({ connection }) => connection.includes(subscription))).toBe(true);
    expect(approved()).toBe(found?.applied);
    expect(approved()).toBeLessThan(12);
  });

  it("that is requested twice runs once", async () => {
    const first = await begin("all");
    const second = await begin("all");
    expect(second.id).toBe(first.id);
    const other = await begin("all", { dryRun: true });
    expect(other.id).not.toBe(first.id);
    const [one, two] = await Promise.all([
      continueReevaluation(services(), first.id),
      continueReevaluation(services(), first.id),
    ]);
    expect([one, two]).toEqual([false, false]);
    expect(await status(first.id)).toMatchObject({ services: 12, applied: 12 });
  });

  it("whose process ended in the middle continues and skips nothing", async () => {
    const { id } = await begin("all");
    let left = 5;
    const dying = {
      ...services(),
      azure: {
        ...workbench.services.azure,
        service: (each: Parameters<typeof workbench.services.azure.service>[0]) =>
          left-- > 0
            ? workbench.services.azure.service(each)
            : Promise.reject(new Error("the process ended")),
      },
    };
    await expect(continueReevaluation(dying, id)).rejects.toThrow("the process ended");
    expect(approved()).toBeGreaterThan(0);
    // The queue redelivers the message; the lease on the interrupted connection expires after a minute and a half.
    workbench.pass(2 * minuteMs);
    expect(await continueReevaluation(services(), id)).toBe(false);
    expect(await status(id)).toMatchObject({ endedAt: expect.any(String), services: 12 });
    expect(approved()).toBe(12);
  });

  /** The services, with a callback before each read of a service. */
  const before = (happens: (count: number) => Promise<void> | void) => {
    let count = 0;
    const { azure } = workbench.services;
    const service: typeof azure.service = async (each) => {
      await happens(++count);
      return azure.service(each);
    };
    return { ...services(), azure: { ...azure, service } };
  };

  it("whose process ended reviews nothing twice", async () => {
    const { id } = await begin("all", { dryRun: true });
    const dying = before((count) => {
      if (count > 5) throw new Error("the process ended");
    });
    await expect(continueReevaluation(dying, id)).rejects.toThrow("the process ended");
    await continueReevaluation(services(), id);
    const found = await status(id);
    expect(found?.services).toBe(12);
    expect(new Set(found?.results.map(({ connection }) => connection)).size).toBe(12);
    expect(found?.results).toHaveLength(12);
  });

  it("that takes long stops, needs another message, and continues", async () => {
    const { id } = await begin("all");
    const slow = before((count) => {
      if (count === 5) workbench.pass(3 * minuteMs);
    });
    expect(await continueReevaluation(slow, id)).toBe(true);
    const far = (await status(id))?.services ?? 0;
    expect(far).toBeGreaterThan(0);
    expect(far).toBeLessThan(12);
    await begin("all");
    expect((await status(id))?.services).toBe(far);
    expect(await continueReevaluation(services(), id)).toBe(false);
    expect(await status(id)).toMatchObject({ services: 12, endedAt: expect.any(String) });
  });

  it("may stop within a service, and continues after its last connection", async () => {
    await workbench.stop();
    workbench = await startEstate({ services: 3, pending: 12 });
    const { id } = await begin("all", { dryRun: true });
    const slow = () => before((count) => (count % 2 === 0 ? workbench.pass(minuteMs) : undefined));
    const seen: unknown[] = [];
    while (await continueReevaluation(slow(), id)) seen.push(await status(id));
    // More steps than services.
    expect(seen.length).toBeGreaterThan(2);
    for (const each of seen) expect(each).not.toHaveProperty("afterConnection");
    const found = await status(id);
    expect(found).toMatchObject({ services: 3, unread: [], counts: { approve: 12 } });
    expect(new Set(found?.results.map(({ connection }) => connection)).size).toBe(12);
  });

  it("of one service answers within Azure's time limit, and names the remaining connections", async () => {
    await workbench.stop();
    workbench = await startEstate({ services: 1, pending: 3 });
    const scope = [...workbench.simulator.world.services.values()][0]?.id;
    const slow = before((count) => {
      if (count > 1) workbench.pass(3 * minuteMs);
    });
    const { jsonBody, status: answered } = await reevaluate(slow, queue)(
      httpRequest("reevaluate", { scope, dryRun: true }),
      { extraOutputs: sent },
    );
    expect(answered).toBe(200);
    const left = { applied: false, reason: "there was no time for it; ask again" };
    expect(jsonBody).toMatchObject({ results: [{ verdict: "approve", reason: "dry run" }, left, left] });
  });

  it("whose process was suspended gives way to the one that took over", async () => {
    const { id } = await begin("all", { dryRun: true });
    const frozen = before(async (count) => {
      if (count !== 5) return;
      workbench.pass(5 * minuteMs);
      expect(await continueReevaluation(services(), id)).toBe(false);
    });
    await expect(continueReevaluation(frozen, id)).rejects.toThrow("another process took over");
    expect(await status(id)).toMatchObject({ services: 12, counts: { approve: 12 } });
  });

  it("leaves services alone, and names them, if whether they are governed is unknown", async () => {
    const { id } = await begin("all");
    const subscriptions = () => Promise.resolve({ kind: "unknown", reason: "failed" } as const);
    const { scope } = workbench.services;
    await continueReevaluation(
      {
        ...services(),
        scope: { ...scope, subscriptions: [], managementGroups: ["corp"] },
        azure: { ...workbench.services.azure, subscriptions },
      },
      id,
    );
    const found = await status(id);
    expect(found).toMatchObject({ services: 12, results: [], applied: 0 });
    expect(found?.unread).toHaveLength(12);
    expect(approved()).toBe(0);
  });

  it("of the same states in another order or case is the same", async () => {
    const of = (...states: string[]) => begin("all", { states });
    expect((await of("pending", "Approved", "Pending")).id).toBe((await of("approved", "PENDING")).id);
  });

  it("that stalled is found by a sweep, and by another request", async () => {
    const { id } = await begin("all");
    expect(await stalledReevaluations(services())).toEqual([]);
    workbench.pass(5 * minuteMs);
    expect(await stalledReevaluations(services())).toEqual([id]);
    const timer = { isPastDue: false } as Timer;
    const watch = timerWatch([], workbench.services);
    const sweeping = { ...workbench.services, recentActivity: {}, telemetry: noTelemetry, timerWatch: watch };
    await sweepConnections(sweeping, queue)(timer, { extraOutputs: sent });
    expect(sent.get(queue)).toEqual([{ v: 1, id }]);
    expect((await begin("all")).needsMessage).toBe(true);
    await continueReevaluation(services(), id);
    workbench.pass(5 * minuteMs);
    expect(await stalledReevaluations(services())).toEqual([]);
    expect(await activeReevaluations(workbench.addresses.appState)).toEqual([]);
  });

  it("that has ended but is still listed as active does not count as stalled", async () => {
    const { id } = await begin("all");
    await continueReevaluation(services(), id);
    await addActive(workbench.addresses.appState, id);
    workbench.pass(5 * minuteMs);
    expect(await stalledReevaluations(services())).toEqual([]);
    expect(await activeReevaluations(workbench.addresses.appState)).toEqual([]);
  });

  it("that cannot read the inventory is retried by the queue, and abandoned in the end", async () => {
    const { id } = await begin("all");
    const answer = { status: 503, body: {} };
    workbench.simulator.faults.add({
      method: "POST",
      path: "/resources",
      after: 0,
      times: 3,
      does: { kind: "answer", answer },
    });
    await expect(continueReevaluation(services(), id)).rejects.toThrow("the inventory could not be read");
    await failReevaluation(services(), id);
    expect(await status(id)).toMatchObject({ failed: expect.any(String) });
    expect(await activeReevaluations(workbench.addresses.appState)).toEqual([]);
    expect((await begin("all")).needsMessage).toBe(true);
  });

  it("that was not requested has no status", async () => {
    expect(await status("0".repeat(32))).toBeUndefined();
    expect(await status("../mode")).toBeUndefined();
  });
});
