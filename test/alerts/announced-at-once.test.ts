import type { InvocationContext, Timer } from "@azure/functions";
import { afterEach, beforeEach, expect, it } from "vitest";
import { reviewConnections } from "../../src/functions/review-connections.ts";
import { sweepConnections } from "../../src/functions/sweep-connections.ts";
import { withAlertOutput } from "../../src/functions/with-alert-output.ts";
import { reviewMessage } from "../../src/lib/connections/review-message.ts";
import { timerWatch } from "../../src/lib/estate/overdue.ts";
import { noTelemetry } from "../../src/lib/telemetry.ts";
import type { Services } from "../../src/services.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Alerts of the app itself are announced by the invocation that raised them, without a sweep. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const queue = { type: "queue", name: "alerts", queueName: "alerts", connection: "" };

/** The function of the queue `reviews`, as the host runs it; returns the owners that it queued for delivery. */
async function reviewedByQueue(on: Workbench, requests: number): Promise<readonly unknown[]> {
  const services = on.services as Services;
  const handler = withAlertOutput(services, queue, reviewConnections(services));
  const queued: unknown[] = [];
  const extraOutputs = { set: (_: unknown, messages: unknown[]) => queued.push(...messages) };
  const context = { functionName: "reviewConnections", extraOutputs } as unknown as InvocationContext;
  for (let index = 0; index < requests; index++) {
    const message = reviewMessage(await workbench.ask(), "event", on.services.clock.now(), String(index));
    await handler(message, context);
  }
  return queued;
}

const opened = () =>
  workbench.alerts.flatMap(({ type, subject }) => (type === "Drawbridge.BreakerOpened" ? [subject] : []));

it("that the approvals breaker is open, by the review that opens it", async () => {
  const limited = workbench.under({ rateLimits: { approvalsPerHour: 1 } });
  await reviewedByQueue(limited, 3);
  expect(opened()).toEqual(["breaker/approvals"]);
});

it("that the requests breaker is open, by the review that opens it", async () => {
  const guarded = workbench.under({ rateLimits: { requestsPerHour: 2 } });
  await reviewedByQueue(guarded, 4);
  expect(opened()).toEqual(["breaker/requests"]);
});

it("and by the next sweep of any process, where the invocation ended before it could", async () => {
  const limited = workbench.under({ rateLimits: { approvalsPerHour: 1 } });
  for (let index = 0; index < 2; index++) await limited.review(await workbench.ask());
  expect(opened()).toEqual([]);
  const { services } = workbench.under({ rateLimits: { approvalsPerHour: 1 } });
  const sweeping = {
    ...services,
    recentActivity: {},
    telemetry: noTelemetry,
    timerWatch: timerWatch([], services),
  };
  await sweepConnections(sweeping, queue)({ isPastDue: false } as Timer, { extraOutputs: new Map() });
  expect(opened()).toEqual(["breaker/approvals"]);
});
