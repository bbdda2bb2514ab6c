import type { Timer } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sweepConnections } from "../../../src/functions/sweep-connections.ts";
import { timerWatch } from "../../../src/lib/estate/overdue.ts";
import { noTelemetry } from "../../../src/lib/telemetry.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

describe("what the health says of the last sweep", () => {
  it.each([
    ["and why a sweep read nothing", "off", { services: 0, stopped: "mode off: nothing is swept" }],
    ["and no cause where it read everything", "enforce", { services: 2 }],
  ] as const)("holds when it was, what it read, %s", async (_, mode, rest) => {
    const recentActivity = {};
    const sweeping = {
      ...workbench.services,
      mode,
      recentActivity,
      telemetry: noTelemetry,
      timerWatch: timerWatch([], workbench.services),
    };
    const queue = { type: "queue", name: "q", queueName: "reevaluations", connection: "" };
    await sweepConnections(sweeping, queue)({ isPastDue: false } as Timer, { extraOutputs: new Map() });
    expect(recentActivity).toEqual({
      sweep: {
        at: workbench.services.clock.now().toISOString(),
        unread: [],
        due: expect.any(Number) as number,
        ...rest,
      },
    });
  });
});
