import type { Timer } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sweepConnections } from "../../../src/functions/sweep-connections.ts";
import { dayMs } from "../../../src/lib/clock.ts";
import { endedReevaluations } from "../../../src/lib/connections/reevaluation/active-reevaluations.ts";
import { continueReevaluation } from "../../../src/lib/connections/reevaluation/continue-reevaluation.ts";
import { parseLargeScope } from "../../../src/lib/connections/reevaluation/large-scope.ts";
import { removeOldResults } from "../../../src/lib/connections/reevaluation/old-results.ts";
import {
  beginReevaluation,
  reevaluationStatus,
} from "../../../src/lib/connections/reevaluation/reevaluation.ts";
import { timerWatch } from "../../../src/lib/estate/overdue.ts";
import { noTelemetry } from "../../../src/lib/telemetry.ts";
import type { Workbench } from "../../workbench.ts";
import { startEstate } from "../sweep/generated-estate.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startEstate({ services: 10, subscriptions: 1, pending: 3 });
});
afterEach(() => workbench.stop());

describe("the result of a reevaluation", () => {
  const services = () => ({ ...workbench.services, appState: workbench.addresses.appState });
  const status = (id: string) => reevaluationStatus(workbench.addresses.appState, id);
  const begin = async (text: string, dryRun = false) => {
    const scope = parseLargeScope(text);
    if (scope === undefined) throw new Error(`${text} is no large scope`);
    return beginReevaluation(services(), scope, { dryRun, states: ["Pending"], actor: "http" });
  };
  const sweep = (more: Partial<typeof workbench.services> = {}) => {
    const watch = timerWatch([], workbench.services);
    const sweeping = {
      ...workbench.services,
      ...more,
      recentActivity: {},
      telemetry: noTelemetry,
      timerWatch: watch,
    };
    const queue = { type: "queue", name: "q", queueName: "reevaluations", connection: "" };
    const timer = { isPastDue: false } as Timer;
    return sweepConnections(sweeping, queue)(timer, { extraOutputs: new Map() });
  };
  const run = async (...request: Parameters<typeof begin>) => {
    const { id } = await begin(...request);
    await continueReevaluation(services(), id);
    return id;
  };

  it("is kept for thirty days after its end, and that of one under way for as long as it takes", async () => {
    const ended = await run("all");
    const { id: active } = await begin("all", true);
    workbench.pass(29 * dayMs);
    await removeOldResults(services());
    expect(await status(ended)).toMatchObject({ applied: 3 });
    workbench.pass(dayMs);
    await sweep();
    expect(await status(ended)).toBeUndefined();
    expect(await status(active)).toMatchObject({ scope: "all" });
    expect(await endedReevaluations(workbench.addresses.appState)).toEqual([]);
  });

  it("is one of a hundred that are kept", async () => {
    const { subscriptions } = workbench.services.scope;
    const scope = `/subscriptions/${subscriptions[0]}/resourceGroups`;
    const ids: string[] = [];
    for (let index = 0; index < 103; index++) {
      ids.push(await run(`${scope}/rg-${index}`, true));
      workbench.pass(1_000);
    }
    await removeOldResults(services());
    const kept = await Promise.all(ids.map(status));
    expect(kept.map((each) => each !== undefined)).toEqual(ids.map((_, index) => index >= 3));
  });

  it("stays if the same was requested again meanwhile", async () => {
    const id = await run("all");
    workbench.pass(30 * dayMs);
    const { appState } = workbench.addresses;
    let isFirst = true;
    const read: typeof appState.read = async (row) => {
      const found = await appState.read(row);
      if (isFirst) {
        isFirst = false;
        await run("all");
      }
      return found as never;
    };
    await removeOldResults({ ...services(), appState: { ...appState, read } });
    expect(await status(id)).toMatchObject({ endedAt: expect.any(String) });
    expect(await endedReevaluations(appState)).toMatchObject([{ id }]);
  });

  it("does not keep a sweep from what is due where it cannot be removed", async () => {
    const id = await run("all", true);
    workbench.pass(31 * dayMs);
    const { appState } = workbench.services;
    const remove = () => Promise.reject(new Error("the table refuses"));
    expect(await sweep({ appState: { ...appState, remove } })).not.toBeUndefined();
    expect(await status(id)).toMatchObject({ dryRun: true });
  });
});
